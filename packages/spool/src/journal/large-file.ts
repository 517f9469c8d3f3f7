import { faultPoint } from '@hikyaku/core';
import { closeFile, FILE_MODE, openFile, syncFile, writeAll } from '../durable-files.ts';
import type { DiskBudget } from './disk-budget.ts';
import { unlinkIfThere } from './segment.ts';

/** Where a large mail's ciphertext streams to. One write is under way at a time; what comes meanwhile is one next write. */
export class LargeFile {
  readonly path: string;
  /** Bytes given to `write` so far: the file's length once `finish` has resolved. */
  length = 0;
  /** First thing that went wrong; nothing is written after it. */
  failure: unknown;
  private readonly budget: DiskBudget;
  private readonly queueLimit: number;
  private fd: number | undefined;
  private queue: Buffer[] = [];
  private queuedBytes = 0;
  private position = 0;
  private pumping: Promise<void> | undefined;

  constructor(path: string, budget: DiskBudget, queueLimit: number) {
    this.path = path;
    this.budget = budget;
    this.queueLimit = queueLimit;
  }

  /** A promise when the caller should wait until the disk has caught up. Never rejects. */
  write(pieces: Buffer[]): Promise<void> | undefined {
    if (this.failure !== undefined || pieces.length === 0) return undefined;
    let bytes = 0;
    for (const piece of pieces) bytes += piece.length;
    try {
      this.budget.reserve(bytes);
    } catch (error) {
      this.failure = error;
      return undefined;
    }
    this.queue.push(...pieces);
    this.queuedBytes += bytes;
    this.length += bytes;
    this.pumping ??= this.pump();
    return this.queuedBytes > this.queueLimit ? this.pumping : undefined;
  }

  /** Resolves when the file itself is durable (its name is not yet). */
  async finish(): Promise<void> {
    await this.pumping;
    if (this.failure !== undefined) throw this.failure;
    await faultPoint('journal.large-before-sync');
    await syncFile(this.fd!);
    await this.close();
  }

  /** Removes whatever is there. */
  async discard(): Promise<void> {
    this.failure ??= new Error('discarded');
    await this.pumping;
    await this.close().catch(() => {});
    await unlinkIfThere(this.path).catch(() => {});
    this.budget.release(this.length);
    this.length = 0;
  }

  private async pump(): Promise<void> {
    try {
      this.fd ??= await openFile(this.path, 'wx', FILE_MODE);
      while (this.queue.length > 0 && this.failure === undefined) {
        const batch = this.queue;
        this.queue = [];
        this.queuedBytes = 0;
        this.position += await writeAll(this.fd, batch, this.position);
      }
    } catch (error) {
      this.failure ??= error;
    }
    if (this.failure !== undefined) this.queue = [];
    this.pumping = undefined;
  }

  private async close(): Promise<void> {
    const { fd } = this;
    this.fd = undefined;
    if (fd !== undefined) await closeFile(fd);
  }
}
