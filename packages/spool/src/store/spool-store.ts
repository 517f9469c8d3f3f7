/**
 * Where accepted content waits for its delivery. Objects hold ciphertext only; names tell neither tenant nor address.
 * Every method fails with RelayError `spool.unavailable` when the storage itself does not work.
 */
export interface SpoolStore {
  /**
   * The small mails of a hand-off as one object, durable when it resolves. Slices are in the order of `items`. `onNamed` is awaited before anything is
   * written under the name.
   */
  putPack(
    items: Buffer[],
    onNamed?: (object: string) => Promise<void>,
  ): Promise<{ object: string; slices: { offset: number; length: number }[] }>;
  /**
   * A large mail's file, synced by who wrote it, as an object of its own: hard link, or a copy where links cannot reach. Durable when it
   * resolves; repeating it does nothing.
   * @throws RelayError `spool.content_missing` when there is neither object nor file
   */
  putFile(messageId: string, path: string): Promise<{ object: string; offset: 0; length: number }>;
  /** @throws RelayError `spool.content_missing` (no such object), `spool.content_damaged` (shorter than asked for) */
  read(object: string, offset: number, length: number): AsyncIterable<Buffer>;
  /**
   * Overwrites slices of an object that goes on living for others' sake: destroyed content must not wait for them. What is not there is fine.
   * Storage that cannot write in place may do nothing; the keys are gone already.
   */
  erase(object: string, slices: { offset: number; length: number }[]): Promise<void>;
  /** Removing what is not there is fine. */
  remove(object: string): Promise<void>;
  /** Every object; `modifiedAt` in milliseconds since the epoch. */
  list(): AsyncIterable<{ object: string; modifiedAt: number }>;
}
