import { createDecipheriv } from 'node:crypto';
import { decryptContent } from '../../packages/spool/src/index.ts';
import {
  type ContentOpener,
  deriveKek,
  deriveSnapshotKey,
  type KeyPurpose,
  type KeyRow,
  openContentOpener,
  openPasswordDigester,
  openPushSigner,
  openTokenBox,
} from '../../packages/vault/src/index.ts';
import type { ContentRow, Look } from './evidence.ts';

/** The mail of a row, opened from its slice of the spool; null where that cannot be done. */
export async function openMail(
  row: ContentRow,
  spool: Look['spool'],
  open: ContentOpener['open'],
): Promise<Buffer | null> {
  const object = row.spoolObject === null ? undefined : spool.get(row.spoolObject);
  if (!object || !row.keySealed) return null;
  const slice = object.subarray(row.spoolOffset!, row.spoolOffset! + row.spoolLength!);
  try {
    const chunks: Buffer[] = [];
    const source = (async function* () {
      yield slice;
    })();
    for await (const chunk of decryptContent(open(row.id, row.keySealed, row), row.id, source)) chunks.push(chunk);
    return Buffer.concat(chunks);
  } catch {
    return null;
  }
}

/** Everything in `text` that can be read as 32 bytes: base64 in both alphabets, hex, and a passphrase of that length. */
export function keysIn(text: string): Buffer[] {
  const found = new Map<string, Buffer>();
  const add = (key: Buffer) => void (key.length === 32 && found.set(key.toString('hex'), key));
  for (const [word] of text.matchAll(/[A-Za-z0-9+/_-]{43}=?/g)) add(Buffer.from(word, 'base64'));
  // Hex of longer things too, at each place: a key may lie inside a sealed value.
  for (const [digits] of text.matchAll(/[0-9a-f]{64,}/g)) {
    for (let at = 0; at + 64 <= Math.min(digits.length, 1024); at += 2)
      add(Buffer.from(digits.slice(at, at + 64), 'hex'));
  }
  for (const [word] of text.matchAll(/(?<![\w-])[\w-]{32}(?![\w-])/g)) add(Buffer.from(word, 'latin1'));
  return [...found.values()];
}

const PURPOSES: KeyPurpose[] = ['content', 'token', 'digest', 'push'];

export interface Loot {
  /** Purposes whose instance key was opened. */
  purposes: Set<KeyPurpose>;
  /** How many keys were tried. */
  tried: number;
}

/**
 * What somebody can open who has the sealed instance keys and a heap of bytes that might be keys: each one is tried as a master key, as a
 * KEK, and as the key itself; with what it derives to for the edge's snapshot.
 */
export function tryKeys(rows: KeyRow[], candidates: Buffer[], sealedTokens: { id: string; sealed: Buffer }[]): Loot {
  const purposes = new Set<KeyPurpose>();
  for (const candidate of candidates) {
    for (const purpose of PURPOSES) {
      for (const kek of [candidate, deriveKek(candidate, purpose), deriveSnapshotKey(candidate)]) {
        if (opensPurpose(rows, purpose, kek)) purposes.add(purpose);
      }
    }
    if (sealedTokens.some(({ id, sealed }) => opensToken(candidate, id, sealed))) purposes.add('token');
  }
  return { purposes, tried: candidates.length };
}

function opensPurpose(rows: KeyRow[], purpose: KeyPurpose, kek: Buffer): boolean {
  const opener = {
    content: openContentOpener,
    token: openTokenBox,
    digest: openPasswordDigester,
    push: openPushSigner,
  }[purpose];
  try {
    opener(rows, [kek]);
    return true;
  } catch {
    return false;
  }
}

/** The candidate as the token key itself: label, nonce, ciphertext, tag (vault's token box). */
function opensToken(key: Buffer, id: string, sealed: Buffer): boolean {
  const body = sealed.subarray(2 + sealed[1]!);
  const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, 12))
    .setAAD(Buffer.from(`hikyaku/token/1/${id}`))
    .setAuthTag(body.subarray(-16));
  try {
    decipher.update(body.subarray(12, -16));
    decipher.final();
    return true;
  } catch {
    return false;
  }
}
