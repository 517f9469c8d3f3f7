import { type Clock, RelayError } from '@hikyaku/core';
import { TokenBucket } from './token-bucket.ts';

/** Devices whose mails are counted; the one longest without mail is forgotten, with what it had left. */
const MAX_DEVICES = 10_000;

/**
 * How many mails a device may bring in a minute, all at once or spread. A recorder of thirty cameras in a storm stays below it; what comes more often is a device
 * that is broken, and would fill its mailbox's budget until its neighbours are refused too.
 */
export class DeviceRates {
  readonly perMinute: number;
  readonly #clock: Clock;
  /** In order of the newest mail. */
  #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.perMinute = perMinute;
  }

  /** Counts a mail that begins. @throws RelayError `limit.mails_per_minute` */
  count(deviceId: string): void {
    const bucket = this.#buckets.get(deviceId) ?? new TokenBucket(this.#clock, this.perMinute / 60, this.perMinute);
    this.#buckets.delete(deviceId);
    this.#buckets.set(deviceId, bucket);
    if (this.#buckets.size > MAX_DEVICES) this.#buckets.delete(this.#buckets.keys().next().value!);
    if (!bucket.take()) throw new RelayError('limit.mails_per_minute');
  }
}
