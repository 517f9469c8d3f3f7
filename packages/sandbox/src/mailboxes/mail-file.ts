import { open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredMail } from './stored-mail.ts';

const SUFFIX = '.mail';
/** First lines longer than that (2,000 recipients of full length) are damage. */
const MAX_META_BYTES = 1_000_000;

export interface MailFile {
  /** Grows with each mail; names the file. */
  sequence: number;
  mail: StoredMail;
  /** Offset of the RFC 5322 bytes. */
  rawStart: number;
}

const pathOf = (dir: string, sequence: number): string => join(dir, `${String(sequence).padStart(12, '0')}${SUFFIX}`);

export async function writeMailFile(dir: string, sequence: number, mail: StoredMail, raw: Buffer): Promise<MailFile> {
  const meta = Buffer.from(`${JSON.stringify(mail)}\n`);
  const file = await open(pathOf(dir, sequence), 'w', 0o600);
  try {
    await file.writev([meta, raw]);
  } finally {
    await file.close();
  }
  return { sequence, mail, rawStart: meta.length };
}

export async function readRaw(dir: string, { sequence, rawStart, mail }: MailFile): Promise<Buffer> {
  const file = await open(pathOf(dir, sequence), 'r');
  try {
    const raw = Buffer.allocUnsafe(mail.sizeBytes);
    const { bytesRead } = await file.read(raw, 0, mail.sizeBytes, rawStart);
    return raw.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

export async function removeMailFile(dir: string, sequence: number): Promise<void> {
  await unlink(pathOf(dir, sequence)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** Every whole file in its order; torn ones (a kill in the middle of a write) are removed. */
export async function readMailFiles(dir: string): Promise<MailFile[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith(SUFFIX)).sort();
  const files: MailFile[] = [];
  for (const name of names) {
    const sequence = Number.parseInt(name, 10);
    const found = await readMeta(dir, sequence);
    if (found) files.push(found);
    else await removeMailFile(dir, sequence);
  }
  return files;
}

async function readMeta(dir: string, sequence: number): Promise<MailFile | undefined> {
  const file = await open(pathOf(dir, sequence), 'r');
  try {
    const { size } = await file.stat();
    let head = Buffer.alloc(0);
    for (let wanted = 4096; wanted <= MAX_META_BYTES; wanted *= 8) {
      const buffer = Buffer.alloc(Math.min(wanted, size));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      head = buffer.subarray(0, bytesRead);
      const lineEnd = head.indexOf(10);
      if (lineEnd !== -1) {
        const mail = JSON.parse(head.toString('utf8', 0, lineEnd)) as StoredMail;
        return size === lineEnd + 1 + mail.sizeBytes ? { sequence, mail, rawStart: lineEnd + 1 } : undefined;
      }
      if (bytesRead === size) return undefined;
    }
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  } finally {
    await file.close();
  }
}
