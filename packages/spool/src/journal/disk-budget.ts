import { RelayError } from '@hikyaku/core';

/** How much of its disk the journal uses. */
export class DiskBudget {
  readonly maxBytes: number;
  usedBytes = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** @throws RelayError `edge.journal_full` */
  reserve(bytes: number): void {
    if (this.usedBytes + bytes > this.maxBytes) {
      throw new RelayError('edge.journal_full', {
        internal: `the journal holds ${this.usedBytes} of ${this.maxBytes} bytes`,
      });
    }
    this.usedBytes += bytes;
  }

  release(bytes: number): void {
    this.usedBytes -= bytes;
  }
}
