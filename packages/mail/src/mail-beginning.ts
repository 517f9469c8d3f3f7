import { toBuffer } from './line-ends.ts';

/** The first bytes of a mail, in hand, and the way to the others. */
export interface MailBeginning {
  chunks: Buffer[];
  /** The whole mail from memory, any number of times; null when it is longer than what was taken. */
  source: (() => AsyncIterable<Uint8Array>) | null;
  /** The whole mail, once. To be read to its end, or left by `close`. */
  all(): AsyncIterable<Uint8Array>;
  /** Leaves the rest unread. */
  close(): Promise<void>;
}

/** Reads until `bytes` are in hand; a mail of no more than those is whole. */
export async function takeBeginning(mail: AsyncIterable<Uint8Array>, bytes: number): Promise<MailBeginning> {
  const reader = mail[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let taken = 0;
  let isWhole = false;
  while (taken <= bytes) {
    const next = await reader.next();
    if (next.done) {
      isWhole = true;
      break;
    }
    const chunk = toBuffer(next.value);
    chunks.push(chunk);
    taken += chunk.length;
  }
  const replay = async function* (): AsyncGenerator<Uint8Array> {
    yield* chunks;
  };
  return {
    chunks,
    source: isWhole ? replay : null,
    async *all() {
      yield* chunks;
      if (!isWhole) yield* { [Symbol.asyncIterator]: () => reader };
    },
    close: async () => void (isWhole || (await reader.return?.())),
  };
}
