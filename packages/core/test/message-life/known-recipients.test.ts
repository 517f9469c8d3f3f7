import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { confirmRecipients, learnRecipients, roomForRecipients } from '../../src/index.ts';

const NOBODY = { learnt: [], unconfirmed: [], refused: [] };
const addresses = fc.uniqueArray(
  fc.integer({ min: 0, max: 60 }).map((number) => `r${number}@b.example`),
  { maxLength: 40 },
);

test('ten are learnt in the order in which they come, whatever their case; the others wait, and refused ones stay refused', () => {
  const many = Array.from({ length: 12 }, (_, index) => `R${index}@b.example`);
  const { known, waiting } = learnRecipients({ ...NOBODY, refused: ['r0@b.example'] }, many);
  assert.deepEqual([known.learnt.length, known.unconfirmed, waiting], [10, ['r11@b.example'], [1, 12]]);
  assert.deepEqual(learnRecipients(known, ['R3@B.example', 'r11@b.example', 'r0@b.example']).waiting, [2, 3]);
});

test('who may not be learnt today waits instead', () => {
  const isFirst = (address: string) => address.startsWith('a');
  const { known, waiting } = learnRecipients(NOBODY, ['A@b.example', 'b@b.example'], isFirst);
  assert.deepEqual([known.learnt, known.unconfirmed, waiting], [['a@b.example'], ['b@b.example'], [2]]);
});

test('an address is in one list at most, and the places that wait are those of recipients that are not learnt', () => {
  fc.assert(
    fc.property(fc.array(addresses, { maxLength: 8 }), addresses, addresses, (mails, allow, refuse) => {
      let known = { ...NOBODY } as Parameters<typeof learnRecipients>[0];
      const isApart = () => {
        const all = [...known.learnt, ...known.unconfirmed, ...known.refused];
        assert.equal(new Set(all).size, all.length);
      };
      for (const recipients of mails) {
        const taught = learnRecipients(known, recipients);
        known = taught.known;
        assert.deepEqual(
          taught.waiting,
          recipients.flatMap((address, index) => (known.learnt.includes(address) ? [] : [index + 1])),
        );
        assert.ok(roomForRecipients(known) >= 0);
        isApart();
        const word = confirmRecipients(known, { allow, refuse });
        if (word.strangers.allow.length + word.strangers.refuse.length > 0) continue;
        known = word.known;
        for (const address of allow) assert.ok(known.learnt.includes(address));
        for (const address of refuse) assert.ok(known.refused.includes(address));
        isApart();
      }
    }),
    { numRuns: 200 },
  );
});

test('a word about somebody whom the device never wrote to, or both words about one, count for nothing', () => {
  const known = { learnt: ['a@b.example'], unconfirmed: ['w@b.example'], refused: ['n@b.example'] };
  assert.deepEqual(confirmRecipients(known, { allow: ['x@b.example'], refuse: [] }).strangers.allow, ['x@b.example']);
  assert.deepEqual(confirmRecipients(known, { allow: ['w@b.example'], refuse: ['W@b.example'] }).strangers, {
    allow: ['w@b.example'],
    refuse: ['w@b.example'],
  });
  assert.deepEqual(confirmRecipients(known, { allow: ['N@b.example'], refuse: ['a@b.example'] }).known, {
    learnt: ['n@b.example'],
    unconfirmed: ['w@b.example'],
    refused: ['a@b.example'],
  });
});
