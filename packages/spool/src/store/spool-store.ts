import type { Slice } from './slice.ts';
import type { SpooledMail } from './spooled-mail.ts';

/** A small mail's record in a segment. */
export interface StoredRecord {
  /** Of the ciphertext. */
  cipherOffset: number;
  cipherLength: number;
  /** All of it. */
  readRecord(): Promise<Buffer>;
}

/**
 * Where accepted content waits for its delivery. Objects hold ciphertext only; names tell neither tenant nor address.
 * Every method fails with RelayError `spool.unavailable` when the storage itself does not work.
 */
export interface SpoolStore {
  /**
   * Small mails of one journal segment as one object: a hard link to the segment, under a name of its own for each call, or a copy of these records where
   * links cannot reach. Durable when it resolves. `onNamed` is awaited before anything is there under the name.
   * @throws RelayError `spool.content_missing` when the segment is not there
   */
  putRecords(
    segment: { path: string; records: StoredRecord[] },
    onNamed?: (object: string) => Promise<void>,
  ): Promise<{ object: string; slices: Slice[] }>;
  /** Content of mails that came by no journal, as one object, durable when it resolves. Slices are in the order of `items`. */
  putPack(items: Buffer[]): Promise<{ object: string; slices: Slice[] }>;
  /**
   * A large mail's file, synced by who wrote it, as an object of its own: hard link, or a copy where links cannot reach. `length`: bytes of ciphertext,
   * with which it begins. Durable when it resolves; repeating it does nothing.
   * @throws RelayError `spool.content_missing` when there is neither object nor file
   */
  putFile(messageId: string, path: string, length: number): Promise<{ object: string } & Slice>;
  /** @throws RelayError `spool.content_missing` (no such object), `spool.content_damaged` (shorter than asked for) */
  read(object: string, offset: number, length: number): AsyncIterable<Buffer>;
  /**
   * Overwrites slices of an object that goes on living for others' sake, and the sealed keys beside them: destroyed content must not wait for them. What is
   * not there is fine. Storage that cannot write in place may do nothing; the keys in the rows are gone already.
   */
  erase(object: string, slices: Slice[]): Promise<void>;
  /**
   * Removing what is not there is fine. `destroyed`: the mails whose object it was; where their bytes live on under another name, they and the sealed
   * keys beside them are overwritten first. Without it nothing but the name goes.
   */
  remove(object: string, destroyed?: Slice[]): Promise<void>;
  /**
   * What an object tells of its mails: of a log every mail of its segment, other batches' too; nothing of one that came by no journal, or from an
   * earlier release. Empty when it is not there.
   */
  mails(object: string): Promise<SpooledMail[]>;
  /** A second name for what is there, durable when it resolves; where it is needed no longer it is removed like any other. */
  again(object: string): Promise<string>;
  /** Every object; `modifiedAt` in milliseconds since the epoch. */
  list(): AsyncIterable<{ object: string; modifiedAt: number }>;
}
