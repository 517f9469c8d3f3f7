import { test } from 'node:test';
import { assertLinear } from '@hikyaku/testing';
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
  [
    'prepareMail of parts',
    (text) => prepare(Buffer.from(`Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n${text}`, 'latin1')),
  ],
];

for (const [reader, read] of READERS) {
  // A whole preparation is the sum of some readers, and of what the test itself does with the result: 28 ms for 16,000 fields on the slower of the machines of docs/performance.md.
  const limitMs = reader.startsWith('prepareMail') ? 40 : 10;
  test(`${reader}: no text costs over ${limitMs} ms of CPU per 64 KB, nor grows as a square does`, () =>
    assertLinear(read, limitMs));
}
