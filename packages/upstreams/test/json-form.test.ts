import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepareMail } from '@hikyaku/mail';
import type { GraphAttachment, GraphMessage } from '../src/microsoft/api-types.ts';
import { openJsonForm } from '../src/microsoft/json-form.ts';

async function* whole(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

type Written = GraphMessage & { attachments: GraphAttachment[] };

/** A device's mail as Graph's JSON form has it. */
async function messageOf(text: string): Promise<Written> {
  const content = Buffer.from(text.replaceAll('\n', '\r\n'));
  const prepared = await prepareMail({
    ...{ source: () => whole(content), plainBytes: content.length, recipients: ['ops@example.jp'] },
    ...{ from: { address: 'owner@outlook.com', name: 'Gate' }, messageIdHeader: '<q@relay.test>' },
    ...{ acceptedAt: new Date('2026-11-20T00:30:00Z'), queueId: 'Q', receivedBy: 'relay.test', deviceName: 'Gate' },
  });
  const form = await openJsonForm({ messageId: 'q', recipients: ['ops@example.jp'], ...prepared });
  const chunks: Uint8Array[] = [];
  for await (const chunk of form!.open()) chunks.push(chunk);
  return (JSON.parse(Buffer.concat(chunks).toString()) as { message: Written }).message;
}

const mixed = (...parts: string[]): string =>
  `Subject: Log\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n${parts.map((part) => `--b\n${part}\n`).join('')}--b--\n`;
const JPEG = 'Content-Type: image/jpeg; name=a.jpg\nContent-Transfer-Encoding: base64\n\n/9j/4AAQSkZJRg==';
const plain = (text: string): string => `Content-Type: text/plain; charset=utf-8\n\n${text}`;
const names = ({ attachments }: Written): string[] => attachments.map(({ name }) => name);

test('texts before and behind a picture are one text, and the picture is the one file', async () => {
  const message = await messageOf(mixed(plain('夜間報告'), JPEG, plain('以上')));
  assert.deepEqual(message.body, { contentType: 'text', content: '夜間報告\r\n\r\n以上\r\n' });
  assert.deepEqual(names(message), ['a.jpg']);
});

test('texts beside HTML stand before it; of alternatives the better one is taken', async () => {
  const html = 'Content-Type: text/html; charset=utf-8\n\n<p>図</p>';
  const beside = await messageOf(mixed(plain('a < b'), html, plain('以上')));
  assert.match(beside.body?.content ?? '', /^<div[^>]*>a &lt; b\r\n\r\n以上\r\n<\/div><p>図<\/p>/);
  assert.deepEqual(names(beside), []);
  const both = await messageOf(mixed(plain('図'), html).replace('multipart/mixed', 'multipart/alternative'));
  assert.match(both.body?.content ?? '', /^<p>図<\/p>/);
});

test('a text that is a file, by its name or its disposition, stays one', async () => {
  const file = 'Content-Type: text/plain; name=log.txt\nContent-Disposition: attachment; filename=log.txt\n\nline';
  assert.deepEqual(names(await messageOf(mixed(plain('x'), file))), ['log.txt']);
});
