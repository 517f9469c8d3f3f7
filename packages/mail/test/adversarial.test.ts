import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chooseMessageId,
  countOwnReceived,
  decodeRaw,
  decodeWords,
  isDeliverableAddress,
  isReplyAddress,
  looksLikeTest,
  parseAddresses,
  parseMailDate,
  readSubject,
  scanHeader,
} from '../src/index.ts';
import { bareAddress, displayName, formatAddress } from '../src/reading/address-syntax.ts';
import { cleanText } from '../src/reading/clean-text.ts';
import { paramItems, parseParams } from '../src/reading/header-params.ts';
import { textCharset, transferEncoding } from '../src/reading/text-charset.ts';
import { formatText } from '../src/writing/field-format.ts';
import { prepare } from './mail-samples.ts';

const KB = 1024;
/** Pieces of which hostile text is made: every byte that a parser here looks at, alone and in the pairs that open something. */
const PIECES = [
  ...[...'\0\t\n\r !"#%&\'()*+,-./:;<=>?@[\\]^_`{|}~a0A'],
  ...['\x1b', '\x80', '\xa0', '\xff', '\x1b$B', '\x1b(B', '\r\n', '\n ', '\r\n\t', '\n\n', '\\"', '"\\', '\\\\'],
  ...['(a', 'a)', '()', '<a@b>', 'a@b,', 'a@b ', 'a@b;', '"a" ', '"a"@b ', 'g:a@b;', 'x@:', '<<', '(((', '@ ', ' @'],
  ...['=?', '=?a?q?', '=?a?b?', '=?utf-8?q?a?=', '=?x?q?=80?= ', '=?utf-8?b?gA==?=\n ', '=?iso-2022-kr?b?gA==?=', '?='],
  ...[
    '=41',
    '=\r\n',
    '; ',
    'a=b;',
    'a="',
    'a*0=b;',
    "a*=utf-8''%",
    '.a',
    'a-',
    'a.',
    '1 ',
    '1:',
    '+',
    'test',
    'e-mail',
  ],
  ...['To:a@b\n', 'To:\x80\n', 'Subject:\x80\n', 'Received:\x80\n', 'X:\x80\n', 'x: =?x?q?=80?=\n', 'no field\n'],
  ...[
    'Content-Type: text/plain;\n charset=x\n',
    'Content-Disposition: a;\n',
    '--a\n',
    'To: "\n',
    'Date: 1\n',
    'テスト',
  ],
];
/** Words of labels that differ each time: no cache helps. */
const counted = (make: (n: number) => string, size: number): string => {
  const parts: string[] = [];
  for (let n = 0, length = 0; length < size; n++) length += parts[parts.push(make(n)) - 1]!.length;
  return parts.join('').slice(0, size);
};
const SHAPES: [name: string, make: (size: number) => string][] = [
  ...PIECES.map((piece): [string, (size: number) => string] => [
    JSON.stringify(piece),
    (size) => piece.repeat(Math.ceil(size / piece.length)).slice(0, size),
  ]),
  ['x@ and colons', (size) => `x@${':'.repeat(size)}`],
  ['labels that nobody knows', (size) => counted((n) => `=?x${n}?q?=80?= `, size)],
  ['fields that nobody knows', (size) => counted((n) => `X-${n}: =?x${n}?q?=80?=\n`, size)],
  ['parameters', (size) => counted((n) => `a${n}*0*=x${n}'';`, size)],
  ['nested comments', (size) => '('.repeat(size / 2) + ')'.repeat(size / 2)],
  ['one quote at the end', (size) => `${'a '.repeat(size / 2)}"`],
];

const hints = { charset: 'ja' };
const READERS: [name: string, read: (text: string) => unknown][] = [
  ['parseAddresses', (text) => parseAddresses(text)],
  ['decodeWords', (text) => decodeWords(text, hints)],
  ['decodeRaw', (text) => decodeRaw(Buffer.from(text, 'latin1'), hints)],
  ['scanHeader', (text) => scanHeader(Buffer.from(text, 'latin1'), 'eof')],
  ['readSubject', (text) => readSubject(Buffer.from(`Subject: ${text}\n\n`, 'latin1'), hints)],
  ['readSubject of a header', (text) => readSubject(Buffer.from(text, 'latin1'), hints)],
  ['looksLikeTest', (text) => looksLikeTest(text)],
  ['parseMailDate', (text) => parseMailDate(text, 'Asia/Tokyo')],
  ['chooseMessageId', (text) => chooseMessageId(Buffer.from(`Message-ID: ${text}\n\n`, 'latin1'), 'a.example', 'Q')],
  ['countOwnReceived', (text) => countOwnReceived(Buffer.from(text, 'latin1'), 'a.example')],
  ['parseParams', (text) => paramItems(parseParams(text))],
  ['textCharset', (text) => textCharset(scanHeader(Buffer.from(`Content-Type: multipart/mixed\n\n${text}`, 'latin1')))],
  ['transferEncoding', (text) => transferEncoding(text)],
  ['cleanText', (text) => cleanText(text)],
  ['displayName', (text) => displayName(text)],
  ['bareAddress', (text) => bareAddress(text)],
  ['formatAddress', (text) => formatAddress(text)],
  ['isDeliverableAddress', (text) => [isDeliverableAddress(text), isReplyAddress(`a@${text}`)]],
  ['formatText', (text) => formatText('X', text)],
  ['prepareMail of a header', (text) => prepare(Buffer.from(text, 'latin1'), { charset: 'ja' })],
  ['prepareMail of a To', (text) => prepare(Buffer.from(`To: ${text}\r\n\r\n`, 'latin1'), { charset: 'ja' })],
  ['prepareMail of a From', (text) => prepare(Buffer.from(`From: ${text}\r\n\r\n`, 'latin1'), { charset: 'ja' })],
  ['prepareMail of a Subject', (text) => prepare(Buffer.from(`Subject: ${text}\r\n\r\n`, 'latin1'), { charset: 'ja' })],
  [
    'prepareMail of a Content-Type',
    (text) => prepare(Buffer.from(`Content-Type: ${text}\r\n\r\n`, 'latin1'), { charset: 'ja' }),
  ],
  ['prepareMail of a body', (text) => prepare(Buffer.from(`To: a@b\r\n\r\n${text}`, 'latin1'), { charset: 'ja' })],
];

async function cpuMs(read: (text: string) => unknown, text: string): Promise<number> {
  const before = process.cpuUsage();
  await read(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The best of some runs: what the work costs, without what else the machine does. */
async function leastMs(read: (text: string) => unknown, text: string, runs: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) least = Math.min(least, await cpuMs(read, text));
  return least;
}

/** What a fixed piece of work takes on this machine now, against a quiet one of two cores: other tests run beside this one. */
function slowness(): number {
  const before = process.cpuUsage();
  let text = '';
  for (let n = 0; n < 40_000; n++) text += String.fromCharCode(97 + (n % 26));
  for (let n = 0; n < 20; n++) text.replace(/[aeiou]+/g, (found) => found.toUpperCase());
  const { user, system } = process.cpuUsage(before);
  return Math.max(1, (user + system) / 1000 / REFERENCE_MS);
}
const REFERENCE_MS = 25;
for (let warm = 0; warm < 5; warm++) slowness();

for (const [reader, read] of READERS) {
  // A whole preparation is the sum of some readers, and of what the test itself does with the result.
  const limitMs = reader.startsWith('prepareMail') ? 25 : 10;
  test(`${reader}: no text costs over ${limitMs} ms of CPU per 64 KB, nor over 2.2 times as much when it doubles`, async () => {
    for (const [shape, make] of SHAPES) {
      const small = make(64 * KB);
      const large = make(256 * KB);
      let first = await cpuMs(read, small);
      if (first > 3) first = await leastMs(read, small, 5);
      let fourth = await cpuMs(read, large);
      if (fourth > 12) fourth = await leastMs(read, large, 5);
      if (first <= limitMs && fourth <= 4 * limitMs) continue;
      // Under load the best of many runs tells what the work itself costs.
      const slow = Math.max(slowness(), slowness());
      if (first > limitMs * slow) first = await leastMs(read, small, 25);
      if (fourth > 4 * limitMs * slow) fourth = await leastMs(read, large, 25);
      assert.ok(first <= limitMs * slow, `${shape}: ${first} ms for 64 KB, machine ${slow} times slower`);
      assert.ok(
        fourth <= Math.max(4 * limitMs * slow, first * 2.2 ** 2),
        `${shape}: ${fourth} ms for 256 KB, ${first} for 64 KB`,
      );
    }
  });
}
