import { RelayError } from '@hikyaku/core';

/** How much of its disk the journal uses, and how much it leaves to others. */
export class DiskBudget {
  readonly maxBytes: number;
  usedBytes = 0;
  private readonly keepFreeBytes: number;
  /** Of the disk when it was last asked, less what was reserved since. */
  private freeBytes = Number.POSITIVE_INFINITY;

  constructor(maxBytes: number, keepFreeBytes: number) {
    this.maxBytes = maxBytes;
    this.keepFreeBytes = keepFreeBytes;
  }

  /** False while a mail of any size is refused. */
  get hasRoom(): boolean {
    return this.usedBytes < this.maxBytes && !this.isDiskLow;
  }

  get isDiskLow(): boolean {
    return this.freeBytes <= this.keepFreeBytes;
  }

  /** What the disk has left, for whoever may write. */
  saw(freeBytes: number): void {
    this.freeBytes = freeBytes;
  }

  /** @throws RelayError `edge.journal_full` */
  reserve(bytes: number): void {
    if (this.usedBytes + bytes > this.maxBytes)
      throw full(`the journal holds ${this.usedBytes} of ${this.maxBytes} bytes`);
    if (this.freeBytes - bytes < this.keepFreeBytes)
      throw full(`the disk has ${this.freeBytes} bytes left, of which ${this.keepFreeBytes} are kept free`);
    this.usedBytes += bytes;
    this.freeBytes -= bytes;
  }

  /** What is free by it the disk tells. */
  release(bytes: number): void {
    this.usedBytes -= bytes;
  }
}

const full = (internal: string): RelayError => new RelayError('edge.journal_full', { internal });
