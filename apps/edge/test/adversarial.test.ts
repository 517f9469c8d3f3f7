import { test } from 'node:test';
import { readMailAddress } from '@hikyaku/core';
import { assertLinear } from '@hikyaku/testing';
import { readProxyHeader } from '../src/doors/proxy-header.ts';
import { findCommand } from '../src/smtp/command-table.ts';
import { HeadBytes } from '../src/smtp/head-bytes.ts';
import { readHead } from '../src/smtp/mail-head.ts';
import { argumentAfter, asksForTls, readDeclaredSize, readRecipients, readSender } from '../src/smtp/path.ts';
import { RecentIds } from '../src/smtp/recent-ids.ts';
import { isCancelled, readAnswer, readPlainAnswer } from '../src/smtp/sasl.ts';

const context = {
  policy: { charset: 'shift_jis', deviceId: 'd' },
  queueId: 'Q',
  hostName: 'a.example',
  messageIdDomain: 'a.example',
  recentIds: new RecentIds(),
};

function headOf(text: string): Buffer {
  const head = new HeadBytes();
  head.add(Buffer.from(text, 'latin1'));
  return head.all();
}

/** All that the edge reads of what a stranger or a device sends, as far as it is not a fixed word. */
const READERS: [name: string, read: (text: string) => unknown][] = [
  ['a command line', (text) => [findCommand(text), findCommand(`AUTH${text}`), findCommand(`AUTH =${text}`)]],
  ['MAIL FROM', (text) => mailOf(`FROM:${text}`)],
  ['MAIL FROM in brackets', (text) => mailOf(`FROM:<${text}> SIZE=`)],
  ['RCPT TO', (text) => readRecipients(argumentAfter('to', `TO:${text}`)!).map(readMailAddress)],
  ['RCPT TO in brackets', (text) => readRecipients(argumentAfter('to', `TO:<${text}>`)!).map(readMailAddress)],
  ['RCPT TO in quotes', (text) => readRecipients(argumentAfter('to', `TO:<"${text}"@x.jp>`)!).map(readMailAddress)],
  ['AUTH answers', (text) => [isCancelled(text), readAnswer(text), readPlainAnswer(text)]],
  ['AUTH answers that are base64', (text) => readPlainAnswer(Buffer.from(text, 'latin1').toString('base64'))],
  ['the head of a mail', (text) => readHead(headOf(text), context)],
  ['a subject', (text) => readHead(headOf(`Subject: ${text}\r\n\r\n`), context)],
  ['a PROXY header', (text) => readProxyHeader(Buffer.from(text, 'latin1'))],
  ['a PROXY header of version 1', (text) => readProxyHeader(Buffer.from(`PROXY TCP4 ${text}`, 'latin1'))],
];

function mailOf(rest: string): unknown {
  const argument = argumentAfter('from', rest)!;
  return [readSender(argument), readDeclaredSize(argument), asksForTls(argument)];
}

for (const [reader, read] of READERS) {
  test(`${reader}: no text costs over 10 ms of CPU per 64 KB, nor grows as a square does`, () =>
    assertLinear(read, 10));
}
