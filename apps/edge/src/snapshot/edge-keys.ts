import { RelayError } from '@hikyaku/core';
import type { EdgeKeyRow } from '@hikyaku/db';
import {
  type ContentSealer,
  openContentSealer,
  openPasswordDigester,
  type PasswordDigester,
  type SealedEnvelope,
} from '@hikyaku/vault';

/** The instance's keys as the edge uses them: it digests passwords and seals content, and can open neither mail nor tokens. */
export class EdgeKeys {
  #edgeKeys: Buffer[];
  #rows: EdgeKeyRow[] = [];
  #fingerprint = '';
  #digestKeyId: string | undefined;
  #isOutdated = false;
  #digester: PasswordDigester | undefined;
  #sealer: ContentSealer | undefined;

  /** `edgeKeys`: of EDGE_KEY. */
  constructor(edgeKeys: Buffer[]) {
    this.#edgeKeys = edgeKeys;
  }

  get rows(): EdgeKeyRow[] {
    return this.#rows;
  }

  /** True once passwords can be checked and content can be sealed. */
  get isComplete(): boolean {
    return this.#digester !== undefined && this.#sealer !== undefined;
  }

  /** True when the rows were sealed under a master key that EDGE_KEY does not know; what was opened before stays in use. */
  get isOutdated(): boolean {
    return this.#isOutdated;
  }

  /**
   * Takes the rows in when they differ; true then. A digest key that is open already stays open when a rotation seals it anew: the key itself
   * is the same. @throws RelayError `vault.key_wrong` when EDGE_KEY does not fit them and nothing is open
   */
  use(rows: EdgeKeyRow[]): boolean {
    const fingerprint = rows
      .map(({ id, sealed, retiredAt }) => `${id} ${sealed.toString('base64')} ${retiredAt?.getTime()}`)
      .sort()
      .join();
    if (fingerprint === this.#fingerprint) return false;
    const digester = this.#openDigester(rows);
    const sealer = rows.some((row) => row.purpose === 'content' && !row.retiredAt)
      ? openContentSealer(rows)
      : undefined;
    this.#digester = digester;
    this.#sealer = sealer;
    this.#rows = rows;
    this.#fingerprint = fingerprint;
    return true;
  }

  #openDigester(rows: EdgeKeyRow[]): PasswordDigester | undefined {
    // The oldest counts: it is never replaced.
    const [id] = rows.flatMap((row) => (row.purpose === 'digest' ? [row.id] : [])).sort();
    const isSameKey = id !== undefined && id === this.#digestKeyId;
    try {
      const digester = id === undefined ? undefined : openPasswordDigester(rows, this.#edgeKeys);
      this.#digestKeyId = id;
      this.#isOutdated = false;
      return digester;
    } catch (error) {
      if (!isSameKey) throw error;
      this.#isOutdated = true;
      return this.#digester;
    }
  }

  /** @throws RelayError `vault.key_missing` before the instance has its keys */
  get digester(): PasswordDigester {
    if (!this.#digester) throw new RelayError('vault.key_missing', { internal: 'no digest key yet' });
    return this.#digester;
  }

  /** @throws RelayError `vault.key_missing` before the instance has its keys */
  seal(messageId: string, envelope: SealedEnvelope, given?: Buffer): { contentKey: Buffer; sealed: Buffer } {
    if (!this.#sealer) throw new RelayError('vault.key_missing', { internal: 'no content key yet' });
    return this.#sealer.seal(messageId, envelope, given);
  }
}
