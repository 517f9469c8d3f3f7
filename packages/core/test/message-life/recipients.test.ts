import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openRecipients, type RecipientVerdict, type SendResult, settleRecipients } from '../../src/index.ts';

const later = (recipient: string): RecipientVerdict => ({
  recipient,
  outcome: 'deferred',
  code: 'upstream.throttled',
  status: 450,
});
const gone = (recipient: string): RecipientVerdict => ({
  recipient,
  outcome: 'rejected',
  code: 'upstream.rejected',
  status: 550,
});

test('whoever was refused for now is tried again alone, until the server has said something final of everybody', () => {
  const all = ['a@x', 'b@x', 'c@x'];
  const first = settleRecipients(
    { outcome: 'accepted', status: 250, recipients: [later('b@x'), gone('c@x')] },
    all,
    null,
  );
  assert.deepEqual(openRecipients(all, first.results), ['b@x']);
  const second = settleRecipients({ outcome: 'accepted', status: 250 }, ['b@x'], first.results);
  assert.deepEqual(openRecipients(all, second.results), []);
  assert.deepEqual(
    second.results?.map(({ recipient, outcome }) => [recipient, outcome]),
    [
      ['a@x', 'accepted'],
      ['c@x', 'rejected'],
      ['b@x', 'accepted'],
    ],
  );
});

test('a refusal of the rest is theirs alone once somebody has the mail; without that it is the mail’s', () => {
  const refusal: SendResult = { outcome: 'rejected', code: 'upstream.rejected', status: 550 };
  const taken: RecipientVerdict[] = [{ recipient: 'a@x', outcome: 'accepted' }, later('b@x')];
  assert.equal(settleRecipients(refusal, ['b@x'], taken).result.outcome, 'accepted');
  assert.deepEqual(settleRecipients(refusal, ['b@x'], taken).results?.at(-1)?.outcome, 'rejected');
  assert.equal(settleRecipients(refusal, ['b@x'], [gone('a@x'), later('b@x')]).result.outcome, 'rejected');
  assert.deepEqual(settleRecipients({ outcome: 'accepted', status: 202 }, ['a@x'], null).results, null);
});

test('nobody is tried again who has the mail, and nobody is forgotten', () => {
  const all = ['a', 'b', 'c', 'd'];
  const answer = fc.array(fc.constantFrom('accepted', 'deferred', 'rejected'), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(answer, { minLength: 1, maxLength: 5 }), (rounds) => {
      let results: RecipientVerdict[] | null = null;
      const has = new Set<string>();
      for (const words of rounds) {
        const tried = openRecipients(all, results);
        for (const recipient of tried) assert.ok(!has.has(recipient));
        const recipients = tried.map((recipient) => ({
          recipient,
          outcome: words[all.indexOf(recipient)] as 'accepted',
        }));
        if (recipients.length === 0) break;
        results = settleRecipients({ outcome: 'accepted', status: 250, recipients }, tried, results).results;
        for (const { recipient, outcome } of recipients) if (outcome === 'accepted') has.add(recipient);
        assert.deepEqual(results?.map(({ recipient }) => recipient).sort(), all);
      }
    }),
  );
});
