import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestWords } from '../src/digests/digest-words.ts';

const words = (...times: string[]) =>
  digestWords({
    name: 'Gate',
    mails: times.map((at) => ({ at: new Date(at), subject: 'Motion', deviceName: null })),
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

test('where the clocks were changed in between, each time says by which clock it is told', () => {
  const { subject, text } = digestWords({
    ...{ name: 'Gate', timeZone: 'Europe/Berlin', pictures: 0 },
    mails: ['2026-10-25T00:50:00Z', '2026-10-25T01:10:00Z'].map((at) => {
      return { at: new Date(at), subject: 'Motion', deviceName: null };
    }),
  });
  assert.match(subject, /\(02:50 GMT\+2–02:10 GMT\+1\)$/);
  assert.match(text, /^02:50:00 GMT\+2 {2}Motion\n02:10:00 GMT\+1 {2}Motion$/m);
});

test('of several devices each line names its own', () => {
  const at = new Date('2026-11-28T01:00:00Z');
  const { subject, text } = digestWords({
    name: 'Shinjuku',
    mails: [
      { at, subject: 'Motion', deviceName: 'Gate' },
      { at, subject: null, deviceName: 'Back door' },
    ],
    timeZone: null,
    pictures: 2,
  });
  assert.match(subject, /^Shinjuku: /);
  assert.match(text, /^01:00:00 {2}Gate {2}Motion\n01:00:00 {2}Back door$/m);
});

test('one that waits for its mailbox tells all that is in it, names the oldest, and says that pictures between were not kept', () => {
  const at = new Date('2026-11-28T01:00:00Z');
  const { subject, text } = digestWords({
    ...{ name: 'Gate', timeZone: 'Asia/Tokyo', pictures: 2 },
    mails: Array.from({ length: 50 }, () => ({ at, subject: 'Motion', deviceName: null })),
    held: { count: 7_000, firstAt: at, lastAt: new Date('2026-11-29T20:00:00Z') },
  });
  assert.match(subject, /^Gate: 7000件のまとめ \/ 7000 alerts \(11-28 10:00–11-30 05:00\)$/);
  assert.match(text, /途中の画像は残していません/);
  assert.match(text, /the pictures between were not kept/);
  assert.doesNotMatch(text, /Send every mail by itself/);
  assert.match(text, /… \+6950$/m);
});
