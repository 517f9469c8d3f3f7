import { type Clock, RelayError, within } from '@hikyaku/core';
import { type BounceMail, type Database, findBounceTenant, recordBounceMail } from '@hikyaku/db';
import { readBounce, readForwardCode } from '@hikyaku/mail';
import type { Logger } from '@hikyaku/telemetry';
import { TokenBucket } from '../limits/token-bucket.ts';

/** Reports under way in one process: 256 KB each. */
const MAX_OPEN = 20;
/** Addresses asked for a second, and at once: who tries out addresses must not become a storm of queries. */
const PER_SECOND = 20;
/** A mail server waits minutes for an answer (RFC 5321, 4.5.3.2) and comes again after a 4xx; a process has few connections to Postgres. */
const ANSWER_WITHIN_MS = 10_000;

/**
 * Takes non-delivery reports for tenants' addresses: read in memory, noted in Postgres before the 250, and gone. Unlike a camera, a mail server comes again, so that
 * neither journal nor disk is needed.
 */
export class BounceDesk {
  readonly #domain: string;
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #open = 0;
  readonly #lookUps: TokenBucket;

  /** `domain`: in its one form (`canonicalDomain`). */
  constructor(parts: { domain: string; database: Database; clock: Clock; logger: Logger }) {
    this.#domain = parts.domain;
    this.#database = parts.database;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#lookUps = new TokenBucket(parts.clock, PER_SECOND);
  }

  /** What such an address has behind `bounce+`; null for any other address. Case does not count. */
  tokenOf(address: string): string | null {
    const at = address.lastIndexOf('@');
    if (address.slice(at + 1).toLowerCase() !== this.#domain) return null;
    return /^bounce\+([a-z2-9]{16})$/i.exec(address.slice(0, at))?.[1]?.toLowerCase() ?? null;
  }

  /** The tenant whose token it is; null for nobody's. @throws RelayError `edge.report_later`, `db.unavailable` */
  async find(token: string): Promise<string | null> {
    if (!this.#lookUps.take())
      throw new RelayError('edge.report_later', { internal: 'too many addresses are asked for' });
    const found = await within(findBounceTenant(this.#database, token), ANSWER_WITHIN_MS, tooLate, this.#clock);
    if (found && !found.hasRoom) {
      throw new RelayError('edge.report_later', { internal: `tenant ${found.tenantId} has had those of its hour` });
    }
    return found?.tenantId ?? null;
  }

  /** A place for one report; what gives it back. @throws RelayError `edge.report_later` */
  begin(): () => void {
    if (this.#open >= MAX_OPEN) throw new RelayError('edge.report_later', { internal: 'too many are under way' });
    this.#open += 1;
    let isHeld = true;
    return () => {
      if (isHeld) this.#open -= 1;
      isHeld = false;
    };
  }

  /** Reads it and notes what it says. @throws RelayError `edge.report_later`, `db.unavailable` */
  async take(tenantId: string, mail: Buffer): Promise<void> {
    const read = readMail(mail);
    const work = recordBounceMail(this.#database, tenantId, read);
    const isFound = await within(work, ANSWER_WITHIN_MS, tooLate, this.#clock);
    this.#logger.info({ event: 'bounce.taken', tenantId, kind: read.kind, isFound });
  }
}

const tooLate = (): never => {
  throw new RelayError('edge.report_later', { internal: 'Postgres does not answer' });
};

function readMail(mail: Buffer): BounceMail {
  const code = readForwardCode(mail);
  if (code) return { kind: 'forward_code', ...code };
  const bounce = readBounce(mail);
  return bounce ? { kind: 'report', ...bounce } : { kind: 'other' };
}
