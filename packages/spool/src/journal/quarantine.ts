import { link, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, syncFolder, writeDurably } from '../durable-files.ts';
import type { Damage } from './record.ts';
import type { Segment } from './segment.ts';
import type { StoredPlace } from './stored-entry.ts';

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

  async keepMail(place: StoredPlace): Promise<void> {
    const { messageId } = place;
    if (place.kind === 'large') {
      await link(place.path, join(this.folder, `${messageId}.bin`)).catch((error) => {
        // Repeated after a crash; or the file is lost, and the record is all there is.
        if (error.code !== 'EEXIST' && !isMissing(error)) throw error;
      });
    }
    await this.keep(`${messageId}.log`, await place.readRecord());
  }

  async keepDamage(segment: Segment, damage: Damage): Promise<void> {
    const name = `${segment.sequence.toString(16).padStart(12, '0')}-${damage.offset}.damaged`;
    await this.keep(name, await segment.read(damage.offset, damage.length));
  }

  /** Removes what was moved aside before `before` (milliseconds since the epoch), content and all. The names of what is gone. */
  async prune(before: number): Promise<string[]> {
    const gone: string[] = [];
    for (const name of this.names) {
      const path = join(this.folder, name);
      const movedAt = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        // An operator took it away.
        (error) => (isMissing(error) ? 0 : Promise.reject(error)),
      );
      if (movedAt >= before) continue;
      // The record last: while it is there, what a crash left comes up again.
      if (name.endsWith('.log')) await rm(path.replace(/log$/, 'bin'), { force: true });
      await rm(path, { force: true });
      this.names.delete(name);
      gone.push(name);
    }
    if (gone.length > 0) await syncFolder(this.folder);
    return gone;
  }

  /** Syncs the folder once the file is whole. */
  private async keep(name: string, bytes: Buffer): Promise<void> {
    if (this.names.has(name)) return;
    await writeDurably(join(this.folder, name), join(this.folder, `${name}.${process.pid}.tmp`), [bytes]);
    await syncFolder(this.folder);
    this.names.add(name);
  }
}
