import { link, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, syncFolder, writeDurably } from '../durable-files.ts';
import type { Damage } from './record.ts';
import type { Segment } from './segment.ts';
import type { StoredEntry } from './stored-entry.ts';

/**
 * The folder for what must not block the rest. A mail is kept as a segment of one record (`<message id>.log`) with its large file beside it, so that
 * an operator can move both back; a damaged stretch of a segment is kept as it is (`<segment>-<offset>.damaged`).
 */
export class Quarantine {
  private readonly folder: string;
  private readonly names: Set<string>;

  private constructor(folder: string, names: string[]) {
    this.folder = folder;
    this.names = new Set(names);
  }

  static async open(folder: string): Promise<Quarantine> {
    const names = await readdir(folder);
    return new Quarantine(
      folder,
      names.filter((name) => /\.(log|damaged)$/.test(name)),
    );
  }

  get count(): number {
    return this.names.size;
  }

  /** A mail moved aside stays aside: acknowledgements live in memory, so its record may still be in a segment after a restart. */
  hasMail(messageId: string): boolean {
    return this.names.has(`${messageId}.log`);
  }

  async keepMail(entry: StoredEntry): Promise<void> {
    const { messageId } = entry.meta;
    if (entry.path !== undefined) {
      await link(entry.path, join(this.folder, `${messageId}.bin`)).catch((error) => {
        // Repeated after a crash; or the file is lost, and the record is all there is.
        if (error.code !== 'EEXIST' && !isMissing(error)) throw error;
      });
    }
    await this.keep(`${messageId}.log`, await entry.readRecord());
  }

  async keepDamage(segment: Segment, damage: Damage): Promise<void> {
    const name = `${segment.sequence.toString(16).padStart(12, '0')}-${damage.offset}.damaged`;
    await this.keep(name, await segment.read(damage.offset, damage.length));
  }

  /** Syncs the folder once the file is whole. */
  private async keep(name: string, bytes: Buffer): Promise<void> {
    if (this.names.has(name)) return;
    await writeDurably(join(this.folder, name), join(this.folder, `${name}.${process.pid}.tmp`), [bytes]);
    await syncFolder(this.folder);
    this.names.add(name);
  }
}
