import { readdirSync, readFileSync } from 'node:fs';
import { type PrepareInput, prepareMail } from '../src/index.ts';

const FIXTURES = new URL('../../testing/fixtures/device-mails/', import.meta.url);

/** File names of all device mails, by their two-digit number. */
export const fixtureNames = readdirSync(FIXTURES).filter((name) => name.endsWith('.eml'));

export function readFixture(number: string): Buffer {
  return readFileSync(new URL(fixtureNames.find((name) => name.startsWith(number))!, FIXTURES));
}

/** Text as bytes, one per character; LF in it stands for CRLF. */
export const mail = (text: string): Buffer => Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1');

/** Characters of a text's bytes in a charset that Node can only read: give the bytes. */
export const bytes = (...values: number[]): string => Buffer.from(values).toString('latin1');

export async function* inChunks(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export const ACCEPTED_AT = new Date('2026-11-20T00:30:00Z');

export function prepareInput(content: Buffer, changes: Partial<PrepareInput> = {}): PrepareInput {
  return {
    source: () => inChunks(content, 1000),
    plainBytes: content.length,
    from: { address: 'owner@outlook.com', name: 'Gate' },
    recipients: ['ops@example.jp'],
    messageIdHeader: '<QUEUEID@mail.local>',
    acceptedAt: ACCEPTED_AT,
    queueId: 'QUEUEID',
    receivedBy: 'relay.example',
    deviceName: 'Gate',
    ...changes,
  };
}

export interface Prepared {
  raw: Buffer;
  sizeBytes: number;
  changes: string[];
  /** Header and body, one character per byte. */
  head: string;
  body: string;
  /** Unfolded values of a header, by lower-case name. */
  all(name: string): string[];
  one(name: string): string | undefined;
}

/** Prepares a mail and takes the result apart with nothing of ours: split at the first empty line, unfold, split at the colon. */
export async function prepare(content: Buffer, options: Partial<PrepareInput> = {}): Promise<Prepared> {
  const prepared = await prepareMail(prepareInput(content, options));
  const raw = await collect(prepared.open());
  const text = raw.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const head = text.slice(0, end + 2);
  const all = (name: string) =>
    head
      .replace(/\r\n(?=[ \t])/g, '')
      .split('\r\n')
      .filter((line) => line.toLowerCase().startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trim());
  return {
    raw,
    sizeBytes: prepared.sizeBytes,
    changes: prepared.changes,
    head,
    body: text.slice(end + 4),
    all,
    one: (name) => all(name)[0],
  };
}
