import { RelayError } from '@hikyaku/core';
import { closeFile, isMissing, openFile, readAt } from '../durable-files.ts';
import { inWords, isLog } from './object-words.ts';

const READ_BYTES = 256 * 1024;
/**
 * Of an object of several small mails so much is read at once: mails of one batch leave within moments of each other, and each opening, reading and closing is three
 * trips to the disk's threads, a fifth of a worker's CPU for a small mail.
 */
const AHEAD_BYTES = 32 * 1024;
/** A megabyte in all; the oldest goes. */
const MAX_KEPT = 32;
/** What nobody asked for by then was of another worker's mails, or waits. */
const KEPT_FOR_MS = 2_000;

/** A stretch of an object as it was written: records do not change while somebody may read them. */
interface Stretch {
  from: number;
  bytes: Promise<Buffer>;
  until: number;
}

export interface SliceReader {
  /** As `SpoolStore.read`. */
  read(object: string, offset: number, length: number): AsyncIterable<Buffer>;
  /** It is no more, or not as it was. */
  forget(object: string): void;
}

/** `pathOf` throws for what is no object's name. */
export function createSliceReader(
  pathOf: (object: string) => string,
  now: () => number = () => performance.now(),
): SliceReader {
  const kept = new Map<string, Stretch>();

  const keptFor = (object: string, offset: number): Stretch | undefined => {
    const stretch = kept.get(object);
    if (!stretch) return undefined;
    if (stretch.until > now() && offset >= stretch.from && offset < stretch.from + AHEAD_BYTES) return stretch;
    kept.delete(object);
    return undefined;
  };

  const keep = (object: string, offset: number): Stretch => {
    const stretch = {
      from: offset,
      bytes: readOnce(pathOf(object), object, offset, AHEAD_BYTES),
      until: now() + KEPT_FOR_MS,
    };
    stretch.bytes.catch(() => kept.delete(object));
    if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value!);
    kept.set(object, stretch);
    return stretch;
  };

  return {
    async *read(object, offset, length) {
      if (isLog(object) && length < AHEAD_BYTES) {
        const { from, bytes } = keptFor(object, offset) ?? keep(object, offset);
        const slice = (await bytes).subarray(offset - from, offset - from + length);
        if (slice.length === length) return yield slice;
      }
      yield* readPieces(pathOf(object), object, offset, length);
    },
    forget: (object) => void kept.delete(object),
  };
}

/** Up to `length` bytes, fewer at the end of the file. */
async function readOnce(path: string, object: string, offset: number, length: number): Promise<Buffer> {
  const fd = await openObject(path, object);
  try {
    const buffer = Buffer.allocUnsafeSlow(length);
    const { bytesRead } = await inWords(() => readAt(fd, buffer, 0, length, offset));
    return buffer.subarray(0, bytesRead);
  } finally {
    await closeFile(fd);
  }
}

async function* readPieces(path: string, object: string, offset: number, length: number): AsyncGenerator<Buffer> {
  const fd = await openObject(path, object);
  try {
    for (let done = 0; done < length; ) {
      const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, length - done));
      const { bytesRead } = await inWords(() => readAt(fd, buffer, 0, buffer.length, offset + done));
      if (bytesRead === 0) throw new RelayError('spool.content_damaged', { internal: `object ${object} is cut` });
      done += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await closeFile(fd);
  }
}

const openObject = (path: string, object: string): Promise<number> =>
  inWords(() =>
    openFile(path, 'r').catch((cause) => {
      const internal = `object ${object} is not there`;
      throw isMissing(cause) ? new RelayError('spool.content_missing', { cause, internal }) : cause;
    }),
  );
