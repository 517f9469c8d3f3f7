import { asRelayError, RelayError } from '@hikyaku/core';
import { BOUNCE_MAX } from '@hikyaku/mail';
import { replyOf } from '../smtp/reply.ts';
import type { SmtpServices } from '../smtp/services.ts';
import type { DataSink, Session } from '../smtp/session.ts';
import { sizeLimit } from '../smtp/size-limit.ts';
import type { BounceDesk } from './bounce-desk.ts';

/**
 * A report on its way in. Its beginning stays in memory until it has been read, and nowhere else. What is no report is answered with 250 as well: a refusal would make the
 * forwarding service write a report of its own, which the owner's rule would forward here.
 */
export class ReportReceiver implements DataSink {
  #session: Session;
  #services: SmtpServices;
  #desk: BounceDesk;
  #tenantId: string;
  #giveBack: () => void;
  #pieces: Buffer[] = [];
  #kept = 0;
  #sizeBytes = 0;

  /** @throws RelayError `edge.report_later` */
  constructor(session: Session, services: SmtpServices, desk: BounceDesk, tenantId: string) {
    this.#session = session;
    this.#services = services;
    this.#desk = desk;
    this.#tenantId = tenantId;
    this.#giveBack = desk.begin();
  }

  write(bytes: Buffer): undefined {
    this.#sizeBytes += bytes.length;
    if (this.#kept >= BOUNCE_MAX) return undefined;
    // A copy: the bytes are the connection's.
    const piece = Buffer.from(bytes.subarray(0, BOUNCE_MAX - this.#kept));
    this.#pieces.push(piece);
    this.#kept += piece.length;
    return undefined;
  }

  /** Mail servers end what they bring. */
  get isWhole(): boolean {
    return false;
  }

  async end(): Promise<void> {
    this.#session.envelope = null;
    this.#session.log.received(this.#sizeBytes);
    try {
      if (this.#sizeBytes > sizeLimit(this.#session, this.#services)) throw new RelayError('edge.too_large');
      await this.#desk.take(this.#tenantId, Buffer.concat(this.#pieces));
      this.#session.answer(250, '2.0.0 Ok');
    } catch (error) {
      const { code, text } = replyOf(asRelayError(error), this.#services.logger);
      this.#session.answer(code, String(text));
    } finally {
      this.#forget();
    }
  }

  abort(): void {
    this.#forget();
  }

  #forget(): void {
    this.#pieces = [];
    this.#giveBack();
  }
}
