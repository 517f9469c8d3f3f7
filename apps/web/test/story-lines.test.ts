import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storyLines } from '../src/features/messages/story-lines.ts';

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
