import { RelayError } from '@hikyaku/core';

/** Of a journal that is half full, no tenant has more than a quarter; before that nobody is in anybody's way. */
const CROWDED = 0.5;
const SHARE = 0.25;

/**
 * Keeps one tenant's storm from taking the journal from all others while Postgres is away. Counts what this process accepted; what an earlier
 * one left is not held against its tenant.
 */
export class JournalShare {
  #maxBytes: number;
  #usedBytes: () => number;
  #waiting = new Map<string, number>();

  constructor(maxBytes: number, usedBytes: () => number) {
    this.#maxBytes = maxBytes;
    this.#usedBytes = usedBytes;
  }

  /** @throws RelayError `edge.journal_full` when it is crowded and this tenant has its share */
  assertRoom(tenantId: string): void {
    const ofTenant = this.#waiting.get(tenantId) ?? 0;
    if (ofTenant > this.#maxBytes * SHARE && this.#usedBytes() > this.#maxBytes * CROWDED) {
      throw new RelayError('edge.journal_full', { internal: `tenant ${tenantId} has its share of the journal` });
    }
  }

  accepted(tenantId: string, sizeBytes: number): void {
    this.#waiting.set(tenantId, (this.#waiting.get(tenantId) ?? 0) + sizeBytes);
  }

  /** It is out of the journal: handed off, or set aside. */
  handedOff(tenantId: string, sizeBytes: number): void {
    const left = (this.#waiting.get(tenantId) ?? 0) - sizeBytes;
    if (left > 0) this.#waiting.set(tenantId, left);
    else this.#waiting.delete(tenantId);
  }
}
