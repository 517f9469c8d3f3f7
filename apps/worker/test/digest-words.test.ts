import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestWords } from '../src/digests/digest-words.ts';

const words = (...times: string[]) =>
  digestWords({
    deviceName: 'Gate',
    mails: times.map((at) => ({ at: new Date(at), subject: 'Motion' })),
    timeZone: 'Asia/Tokyo',
    pictures: 0,
  });

test('of one day a digest names hours, of several the days too, in the device’s zone', () => {
  const one = words('2026-11-28T01:00:00Z', '2026-11-28T02:30:15Z');
  assert.match(one.subject, /\(10:00–11:30\)$/);
  assert.match(one.text, /^11:30:15 {2}Motion$/m);
  const night = words('2026-11-28T14:59:00Z', '2026-11-28T20:00:00Z');
  assert.match(night.subject, /\(11-28 23:59–11-29 05:00\)$/);
  assert.match(night.text, /^11-29 05:00:00 {2}Motion$/m);
});
