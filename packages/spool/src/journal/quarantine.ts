import { link, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, syncFolder, writeDurably } from '../durable-files.ts';
import type { Damage } from './record.ts';
import type { Segment } from './segment.ts';
import type { StoredPlace } from './stored-entry.ts';

/** Looks that come later than they should by more: the edge was off, or its clock was set ahead. */
const UNSEEN_MS = 600_000;

/**
 * The folder for what must not block the rest. A mail is kept as a segment of one record (`<message id>.log`) with its large file beside it, so that
 * an operator can move both back; a damaged stretch of a segment is kept as it is (`<segment>-<offset>.damaged`).
 */
export class Quarantine {
  private readonly folder: string;
  private readonly names: Set<string>;
  private readonly now: () => number;
  /** Tells when the clock was looked at last, in milliseconds; beside the folder, which is empty once nothing is aside. */
  private readonly lookPath: string;

  private constructor(folder: string, names: string[], now: () => number) {
    this.folder = folder;
    this.names = new Set(names);
    this.now = now;
    this.lookPath = `${folder}-looked-at`;
  }

  static async open(folder: string, now: () => number): Promise<Quarantine> {
    const names = await readdir(folder);
    return new Quarantine(
      folder,
      names.filter((name) => /\.(log|damaged)$/.test(name)),
      now,
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

  /**
   * Removes what was moved aside more than `keptForMs` ago, content and all, not counting time that was seen by none of the looks that come every `everyMs`: nobody could look
   * into it then, and what a wrong clock removes nobody can bring back (ADR 0064). The names of what is gone.
   */
  async prune(keptForMs: number, everyMs: number): Promise<string[]> {
    if (this.names.size === 0) return [];
    const now = this.now();
    const lookedAt = await readFile(this.lookPath, 'utf8').then(Number, (error) =>
      isMissing(error) ? now : Promise.reject(error),
    );
    const lateMs = now - lookedAt - everyMs;
    const unseenMs = lateMs > UNSEEN_MS ? lateMs : 0;
    const over: string[] = [];
    for (const name of this.names) {
      const path = join(this.folder, name);
      const movedAt = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        // An operator took it away.
        (error) => (isMissing(error) ? null : Promise.reject(error)),
      );
      // Not later than now, which a clock that was ahead may have left.
      const countedFrom = Math.min(now, (movedAt ?? 0) + unseenMs);
      if (movedAt !== null && Math.abs(countedFrom - movedAt) > 1) await utimes(path, now / 1000, countedFrom / 1000);
      if (movedAt === null || countedFrom < now - keptForMs) over.push(name);
    }
    await this.keepLook();
    for (const name of over) {
      const path = join(this.folder, name);
      // The record last: while it is there, what a crash left comes up again.
      if (name.endsWith('.log')) await rm(path.replace(/log$/, 'bin'), { force: true });
      await rm(path, { force: true });
      this.names.delete(name);
    }
    if (over.length > 0) await syncFolder(this.folder);
    return over;
  }

  private async keepLook(): Promise<void> {
    await writeDurably(this.lookPath, `${this.lookPath}.${process.pid}.tmp`, [Buffer.from(String(this.now()))]);
  }

  /** Syncs the folder once the file is whole. */
  private async keep(name: string, bytes: Buffer): Promise<void> {
    if (this.names.has(name)) return;
    await writeDurably(join(this.folder, name), join(this.folder, `${name}.${process.pid}.tmp`), [bytes]);
    await syncFolder(this.folder);
    // The first one: from here on looks tell what was seen.
    if (this.names.size === 0) await this.keepLook().catch(() => {});
    this.names.add(name);
  }
}
