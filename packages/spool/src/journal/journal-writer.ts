import { faultPoint, RelayError } from '@hikyaku/core';
import { createContentEncryptor } from '../content-cipher.ts';
import { toJournalError } from '../durable-files.ts';
import type { JournalMeta, JournalWriter } from './journal-types.ts';
import type { LargeFile } from './large-file.ts';
import { encodeRecord, finishRecord } from './record.ts';
import { sealHead, shortHead } from './record-head.ts';
import type { SegmentLog } from './segment-log.ts';

interface WriterOptions {
  messageId: string;
  contentKey: Buffer;
  journalKey: Buffer;
  smallLimitBytes: number;
  log: SegmentLog;
  openLargeFile: () => LargeFile;
}

/** Encrypts a mail while it comes in: into memory up to the small limit, beyond it into a file of its own. */
export function createJournalWriter(options: WriterOptions): JournalWriter {
  const { messageId, contentKey, journalKey, smallLimitBytes, log } = options;
  const encryptor = createContentEncryptor(contentKey, messageId);
  let small: Buffer[] = [];
  let large: LargeFile | undefined;
  let plainBytes = 0;
  let state: 'open' | 'committing' | 'ended' = 'open';

  const store = (pieces: Buffer[]): Promise<void> | undefined => {
    if (large) return large.write(pieces);
    small.push(...pieces);
    if (plainBytes <= smallLimitBytes) return undefined;
    large = options.openLargeFile();
    const held = small;
    small = [];
    return large.write(held);
  };

  const commitLarge = async (file: LargeFile, meta: JournalMeta): Promise<void> => {
    try {
      const cipherLength = file.length;
      const trailer = encodeRecord('large', sealHead(journalKey, contentKey, meta), [], cipherLength);
      finishRecord(trailer, 0);
      await file.write([trailer]);
      await file.finish();
      await faultPoint('journal.large-before-record');
      const bytes = encodeRecord('large', shortHead(meta), [], cipherLength);
      await log.append({ kind: 'large', meta, cipherLength, fileBytes: file.length, bytes });
    } catch (error) {
      await file.discard();
      // What comes as a RelayError is the budget's, or noted by the log already.
      throw error instanceof RelayError ? error : log.noteFailure(error);
    }
  };

  const commitSmall = (meta: JournalMeta): Promise<void> => {
    const cipherLength = small.reduce((sum, piece) => sum + piece.length, 0);
    const bytes = encodeRecord('small', sealHead(journalKey, contentKey, meta), small, cipherLength);
    small = [];
    return log.append({ kind: 'small', meta, cipherLength, fileBytes: 0, bytes });
  };

  return {
    get plainBytes() {
      return plainBytes;
    },
    write(chunk) {
      if (state !== 'open') throw new RelayError('bug.unknown', { internal: 'write after the end of a mail' });
      plainBytes += chunk.length;
      // A mail that cannot be stored any more is not encrypted to its end for nothing.
      if (large?.failure !== undefined) return undefined;
      return store(encryptor.push(chunk));
    },
    async commit(meta) {
      if (state !== 'open' || meta.messageId !== messageId) {
        throw new RelayError('bug.unknown', { internal: `commit of message ${messageId} twice, or of another one` });
      }
      state = 'committing';
      try {
        store(encryptor.end());
        await (large ? commitLarge(large, meta) : commitSmall(meta));
      } catch (error) {
        throw toJournalError(error);
      } finally {
        state = 'ended';
      }
    },
    async abort() {
      if (state !== 'open') return;
      state = 'ended';
      small = [];
      await large?.discard();
    },
  };
}
