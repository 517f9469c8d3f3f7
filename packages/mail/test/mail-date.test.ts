import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatMailDate, parseMailDate } from '../src/index.ts';
import { readWithPython } from './python-reader.ts';

const iso = (text: string, zone?: string) => {
  const date = parseMailDate(text, zone);
  return date && new Date(date.at).toISOString();
};

test('M2: dates with a zone are read in it', () => {
  const cases: [string, string][] = [
    ['Fri, 20 Nov 2026 05:03:11 +0900', '2026-11-19T20:03:11.000Z'],
    ['20 Nov 2026 05:03 +0900', '2026-11-19T20:03:00.000Z'],
    ['Fri, 20 Nov 26 05:03:11 GMT', '2026-11-20T05:03:11.000Z'],
    ['Friday, 20-Nov-26 05:03:11 GMT', '2026-11-20T05:03:11.000Z'],
    ['Fri, 20 Nov 2026 05:03:11 JST', '2026-11-19T20:03:11.000Z'],
    ['Fri, 20 Nov 2026 05:03:11 -0800 (PST)', '2026-11-20T13:03:11.000Z'],
    ['Fri, 20 Nov 2026 05:03:11 GMT+09:00', '2026-11-19T20:03:11.000Z'],
    ['Fri Nov 20 05:03:11 UTC 2026', '2026-11-20T05:03:11.000Z'],
    ['2026-11-20T05:03:11+09:00', '2026-11-19T20:03:11.000Z'],
    ['2026-11-20T05:03:11.250Z', '2026-11-20T05:03:11.000Z'],
    ['Thu, 31 Dec 2026 23:59:60 +0000', '2026-12-31T23:59:59.000Z'],
    ['Sat, 20 Nov 2026 05:03:11 +0900', '2026-11-19T20:03:11.000Z'],
    ['Fri,20 Nov 2026 05:03:11 +0900', '2026-11-19T20:03:11.000Z'],
    ['金, 20 Nov 2026 05:03:1 +0900', '2026-11-19T20:03:01.000Z'],
    ['金, 20 11月 2026 05:03:11 +0900', '2026-11-19T20:03:11.000Z'],
    ['ven., 20 nov. 2026 05:03:11 +0100', '2026-11-20T04:03:11.000Z'],
    ['20 juil. 2026 05:03:11 +0200', '2026-07-20T03:03:11.000Z'],
    ['20 juin 2026 05:03:11 +0200', '2026-06-20T03:03:11.000Z'],
    ['Do, 1 Okt 2026 05:03:11 +0200', '2026-10-01T03:03:11.000Z'],
    ['mié, 20 ago 2026 05:03:11 +0200', '2026-08-20T03:03:11.000Z'],
    ['Пт, 20 ноя 2026 05:03:11 +0300', '2026-11-20T02:03:11.000Z'],
    ['Pzt, 20 Ağu 2026 05:03:11 +0300', '2026-08-20T02:03:11.000Z'],
    ['Fri, 20 Nov 2026 05.03.11 +0900', '2026-11-19T20:03:11.000Z'],
    ['Fri Nov 20 2026 05:03:11 GMT+0900 (JST)', '2026-11-19T20:03:11.000Z'],
    ['Friday, November 20, 2026 05:03:11 GMT', '2026-11-20T05:03:11.000Z'],
    ['Fr, 20.11.2026 05:03:11 +0100', '2026-11-20T04:03:11.000Z'],
    ['2026年11月20日 05:03:11 +0900', '2026-11-19T20:03:11.000Z'],
  ];
  for (const [text, expected] of cases) assert.equal(iso(text), expected, text);
});

test('M2: dates without a zone are read in the device’s, and not at all without one', () => {
  const cases = ['2026-12-23 10:27:46', '2026/12/23 10:27:46', 'Wed, 23 Dec 2026 10:27:46', 'Wed Dec 23 10:27:46 2026'];
  for (const text of cases) {
    assert.equal(iso(text, 'Asia/Tokyo'), '2026-12-23T01:27:46.000Z', text);
    assert.equal(iso(text, 'America/New_York'), '2026-12-23T15:27:46.000Z', text);
    assert.equal(iso(text), null, text);
    assert.equal(iso(text, 'No/Such_Zone'), null, text);
  }
});

test('local times around a change of the clocks are read as a wall clock shows them', () => {
  assert.equal(iso('2026-07-01 12:00:00', 'Europe/Berlin'), '2026-07-01T10:00:00.000Z');
  assert.equal(iso('2026-10-25 02:30:00', 'Europe/Berlin'), '2026-10-25T00:30:00.000Z', 'the first of two');
  assert.equal(iso('2026-03-29 02:30:00', 'Europe/Berlin'), '2026-03-29T01:30:00.000Z', 'the skipped hour');
});

test('M2: what is no date, or could be two, is not read', () => {
  const texts = ['11/20/2026 03:44:10', '2026-02-30 10:00:00', '2026-11-20 24:00:00', '20 Foo 2026 10:00:00 GMT'];
  for (const text of [...texts, '2026-11-20 03:44:10 PM', '2026-11-20', 'now', '', '20 Nov 2026 05:03:11 +9900']) {
    assert.equal(parseMailDate(text, 'Asia/Tokyo'), null, text);
  }
});

test('a written date is read back as the same moment and offset, by us and by Python', () => {
  const moment = fc.record({
    at: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
    offset: fc.integer({ min: -14 * 60, max: 14 * 60 }),
  });
  const moments = fc.sample(moment, { numRuns: 300, seed: 3 });
  const readings = readWithPython(moments.map((date) => Buffer.from(`Date: ${formatMailDate(date)}\r\n\r\n`)));
  for (const [index, date] of moments.entries()) {
    const text = formatMailDate(date);
    assert.deepEqual(parseMailDate(text), { ...date, hasZone: true }, text);
    assert.equal(readings[index]!.date, date.at / 1000, text);
  }
});
