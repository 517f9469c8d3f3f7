import { readFile } from 'node:fs/promises';
import type { JournalMeta } from '../journal/journal-types.ts';
import { readTrailer } from '../journal/mail-trailer.ts';
import { type FoundRecord, scanRecords } from '../journal/record.ts';
import { openHeadWith, type RecordHead, readHead } from '../journal/record-head.ts';
import type { Slice } from './slice.ts';

/** A mail as its object tells of it, without any row. */
export interface SpooledMail {
  messageId: string;
  /** Where its ciphertext lies in the object. */
  slice: Slice;
  keySealed: Buffer;
  /**
   * What was known of it at its acceptance; undefined when the content key does not fit. `isByEdge`: the record was made by whoever has one of these
   * journal keys (32 bytes each).
   */
  open(contentKey: Buffer, journalKeys: Buffer[]): { meta: JournalMeta; isByEdge: boolean } | undefined;
}

/** The mails of a log's or a large mail's file; destroyed ones are not among them. @throws what the disk says */
export async function readSpooledMails(path: string): Promise<SpooledMail[]> {
  if (path.endsWith('.mail')) {
    const trailer = await readTrailer(path);
    return trailer ? spooled(trailer, { offset: 0, length: trailer.cipherLength }) : [];
  }
  const { records } = scanRecords(await readFile(path));
  return records.flatMap((record) => {
    if (record.kind !== 'small') return [];
    const { offset, bytes, cipherLength } = record;
    return spooled(record, { offset: offset + bytes.length - cipherLength, length: cipherLength });
  });
}

/** Nothing for a record of an earlier version. */
function spooled(record: FoundRecord, slice: Slice): SpooledMail[] {
  const head: RecordHead = readHead(record);
  if (!head.sealed) return [];
  return [
    {
      messageId: head.messageId,
      slice,
      keySealed: head.sealed.keySealed,
      open: (contentKey, keys) => openHeadWith(head, contentKey, keys),
    },
  ];
}
