import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageDetail } from '@hikyaku/contracts';
import { recipientResults } from '../src/features/messages/recipient-results.ts';
import { storyLines } from '../src/features/messages/story-lines.ts';
import { toldSizes } from '../src/features/messages/told-sizes.ts';
import { spanOf } from '../src/i18n/use-span.ts';

const attempt = (number: number, at: string, outcome: string | null) => ({
  number,
  at: `2026-11-21T00:00:${at}.000Z`,
  finishedAt: null,
  outcome,
  status: null,
  code: null,
  text: null,
  isRepeat: false,
});
const event = (at: string, kind: string) => ({ at: `2026-11-21T00:00:${at}.000Z`, kind, text: kind, data: null });

test('a story begins with the acceptance, goes on in the order of time and ends with the content', () => {
  const lines = storyLines({
    acceptedAt: '2026-11-21T00:00:01.000Z',
    parts: [
      {
        number: 1,
        state: 'sent',
        sentAt: null,
        addresses: [],
        recipients: [],
        attempts: [attempt(1, '02', 'auth_lost'), attempt(2, '30', 'accepted')],
      },
    ],
    events: [event('03', 'held'), event('20', 'released')],
    sentAt: '2026-11-21T00:00:30.000Z',
    hasContent: false,
  });
  assert.deepEqual(
    lines.map((line) => (line.type === 'attempt' ? line.outcome : line.type === 'event' ? line.kind : line.type)),
    ['accepted', 'auth_lost', 'held', 'released', 'accepted', 'content_destroyed'],
  );
});

test('what an attempt tells already is not told twice, and unknown outcomes do not break the page', () => {
  const lines = storyLines({
    acceptedAt: '2026-11-21T00:00:01.000Z',
    parts: [
      {
        number: 1,
        state: 'sending',
        sentAt: null,
        addresses: [],
        recipients: [],
        attempts: [attempt(1, '02', 'something new'), attempt(2, '03', null)],
      },
    ],
    events: [event('02', 'claimed'), event('02', 'deferred')],
    sentAt: null,
    hasContent: true,
  });
  assert.deepEqual(
    lines.map((line) => (line.type === 'attempt' ? line.outcome : line.type)),
    ['accepted', 'abandoned', 'running'],
  );
});

test('a span is told by a unit of which there are some, in tenths only where they count', () => {
  const told = [100, 4_321, 59_400, 89_000, 90_000, 5_390_000, 5_400_000, 129_599_000, 129_600_000].map(spanOf);
  assert.deepEqual(
    told.map(({ value, unit }) => `${value} ${unit}`),
    ['0.1 second', '4.3 second', '59 second', '89 second', '2 minute', '90 minute', '2 hour', '36 hour', '2 day'],
  );
});

test('numbers of a mail that was too large are taken from the last attempt that told them', () => {
  const attempts = (...texts: (string | null)[]) =>
    [{ attempts: texts.map((text) => ({ text })) }] as MessageDetail['parts'];
  assert.deepEqual(toldSizes({ parts: attempts('4900000 of 3000000 bytes', null) }), {
    size: 4_900_000,
    limit: 3_000_000,
  });
  assert.equal(toldSizes({ parts: attempts('552 5.3.4 too big', '12 of bytes') }), null);
});

test('recipients are told one by one only where their fates differ', () => {
  const part = (addresses: string[], recipients: object[] = [], state = 'sent') => ({ addresses, recipients, state });
  const results = (...parts: object[]) => recipientResults({ parts } as unknown as MessageDetail);
  assert.deepEqual(results(part(['a@x.example', 'b@x.example'])), []);
  const said = { address: 'b@x.example', outcome: 'rejected', code: 'upstream.recipient', text: '550 no' };
  assert.deepEqual(
    results(part(['a@x.example', 'b@x.example'], [said])).map(({ address, outcome, text }) => [address, outcome, text]),
    [
      ['a@x.example', null, null],
      ['b@x.example', 'rejected', '550 no'],
    ],
  );
  assert.deepEqual(
    results(part(['a@x.example']), part(['b@x.example'], [], 'queued')).map(({ address, state }) => [address, state]),
    [
      ['a@x.example', 'sent'],
      ['b@x.example', 'queued'],
    ],
  );
});
