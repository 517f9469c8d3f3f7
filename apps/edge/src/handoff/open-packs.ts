import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { unlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Database, judgePacks, type PackNote } from '@hikyaku/db';
import type { SpoolStore } from '@hikyaku/spool';
import type { Logger } from '@hikyaku/telemetry';

/** Each is one failed or killed hand-off; a run of them is worked off by the first that succeeds. */
const MAX_NOTES = 1000;

/**
 * Packs (a batch's mails of one segment, linked or copied) whose rows nobody has seen yet. A file each, written before the pack, tells the next life of this process which packs its replay makes
 * useless; they would stay on the disk for ever, opened by no key.
 */
export class OpenPacks {
  #dir: string;
  #spool: Pick<SpoolStore, 'remove'>;
  #database: Database;
  #logger: Logger;
  #notes = new Map<string, PackNote>();

  constructor(parts: { dir: string; spool: Pick<SpoolStore, 'remove'>; database: Database; logger: Logger }) {
    this.#dir = parts.dir;
    this.#spool = parts.spool;
    this.#database = parts.database;
    this.#logger = parts.logger;
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(this.#dir).slice(0, MAX_NOTES)) this.#read(join(this.#dir, name));
  }

  /** Before anything is written under this name. Not synced: what a power cut forgets is named by the report of orphans. */
  async begin(note: PackNote): Promise<void> {
    if (this.#notes.size >= MAX_NOTES) return;
    this.#notes.set(note.object, note);
    // A full disk must not keep the journal from being emptied.
    await writeFile(this.#fileOf(note.object), JSON.stringify(note), { mode: 0o600 }).catch((error: unknown) =>
      this.#logger.warn({ event: 'handoff.pack_not_noted', err: error }),
    );
  }

  /** Its rows are there, or it is gone. */
  async end(object: string): Promise<void> {
    this.#notes.delete(object);
    await unlink(this.#fileOf(object)).catch(() => {});
  }

  /** Removes what earlier tries left, once every mail in it has come through by another pack. @throws RelayError `db.unavailable`, `spool.unavailable` */
  async clear(): Promise<void> {
    if (this.#notes.size === 0) return;
    for (const { object, isUsed, isSettled } of await judgePacks(this.#database, [...this.#notes.values()])) {
      if (!isSettled) continue;
      if (!isUsed) {
        await this.#spool.remove(object);
        this.#logger.info({ event: 'handoff.pack_removed', object });
      }
      await this.end(object);
    }
  }

  #fileOf(object: string): string {
    return join(this.#dir, `${basename(object)}.json`);
  }

  #read(file: string): void {
    try {
      const note = JSON.parse(readFileSync(file, 'utf8')) as PackNote;
      this.#notes.set(note.object, note);
    } catch {
      // Cut off by a kill: then its pack was never begun.
      void unlink(file).catch(() => {});
    }
  }
}
