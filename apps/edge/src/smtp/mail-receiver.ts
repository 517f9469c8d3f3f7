import {
  type AppliedRule,
  asRelayError,
  faultPoint,
  isForAsked,
  newId,
  newQueueId,
  quietUntil,
  RelayError,
} from '@hikyaku/core';
import { closingDelimiter } from '@hikyaku/mail';
import type { JournalWriter } from '@hikyaku/spool';
import { applyRules } from './apply-rules.ts';
import { HeadBytes } from './head-bytes.ts';
import { MAX_HOPS, readHead } from './mail-head.ts';
import type { EdgePolicy } from './recipient-policy.ts';
import { replyOf } from './reply.ts';
import type { SmtpServices } from './services.ts';
import type { DataSink, Envelope, Session } from './session.ts';
import { sizeLimit, sizeScope } from './size-limit.ts';
import { TailBytes } from './tail-bytes.ts';

/** One mail on its way into the journal. Answers when it is durable, or with what is wrong once it has been read to its end (D7). */
export class MailReceiver implements DataSink {
  #session: Session;
  #services: SmtpServices;
  #envelope: Envelope;
  #policy: EdgePolicy;
  #limit: number;
  #messageId = newId();
  #contentKey: Buffer;
  #keySealed: Buffer;
  #writer: JournalWriter | undefined;
  #sizeBytes = 0;
  #head = new HeadBytes();
  #tail = new TailBytes();
  #failure: RelayError | undefined;
  #isEnded = false;
  #giveBackPlaces: () => void;

  /** @throws RelayError of the journal, of limits, `vault.key_missing`, `edge.recipient_refused` (other mails under way took the last places) */
  constructor(session: Session, services: SmtpServices, envelope: Envelope, policy: EdgePolicy) {
    this.#session = session;
    this.#services = services;
    this.#envelope = envelope;
    this.#policy = policy;
    this.#limit = sizeLimit(session, services);
    services.journalShare.assertRoom(policy.tenantId);
    services.mailboxBudget.assertRoom(policy);
    services.deviceRates.count(policy.deviceId);
    const { contentKey, sealed } = services.seal(this.#messageId, {
      tenantId: policy.tenantId,
      ...envelope,
    });
    this.#contentKey = contentKey;
    this.#keySealed = sealed;
    const giveBackPlaces = services.policies.reserve(policy.deviceId, envelope.recipients);
    if (!giveBackPlaces) throw new RelayError('edge.recipient_refused');
    this.#giveBackPlaces = giveBackPlaces;
    this.#writer = services.journal.begin(this.#messageId, contentKey);
  }

  write(bytes: Buffer): Promise<void> | undefined {
    this.#sizeBytes += bytes.length;
    this.#services.letGo(bytes.length);
    if (!this.#writer) return undefined;
    if (this.#sizeBytes > this.#limit) {
      this.#fail(new RelayError('edge.too_large'));
      return undefined;
    }
    this.#head.add(bytes);
    this.#tail.add(bytes);
    return this.#writer.write(bytes);
  }

  get isWhole(): boolean {
    const closing = this.#writer ? closingDelimiter(this.#head.all()) : null;
    return closing !== null && this.#tail.endsWithLine(closing);
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    this.#session.envelope = null;
    this.#session.log.received(this.#sizeBytes);
    try {
      const queueId = await this.#commit();
      this.#session.log.accepted(this.#messageId);
      this.#session.answer(250, `2.0.0 Ok: queued as ${queueId}`);
    } catch (error) {
      this.#fail(error);
      const { code, text, error: refusedBy } = replyOf(this.#failure, this.#services.logger);
      if (refusedBy) {
        const scope = refusedBy.code === 'edge.too_large' ? sizeScope(this.#session, this.#services) : null;
        this.#session.log.refused(refusedBy.code, String(this.#sizeBytes), String(this.#limit), scope);
      }
      this.#session.answer(code, String(text));
    }
  }

  abort(): void {
    if (this.#isEnded) return;
    this.#session.log.cutOff(this.#sizeBytes);
    this.#fail(new RelayError('edge.journal_unavailable', { internal: 'the client went away' }));
  }

  async #commit(): Promise<string> {
    const { door, clientAddress, tls } = this.#session;
    const { clock, journalShare, logger, mailboxBudget, metrics, policies } = this.#services;
    if (!this.#writer) throw this.#failure ?? new RelayError('bug.unknown', { internal: 'no writer' });
    const queueId = newQueueId();
    const head = readHead(this.#head.all(), { policy: this.#policy, queueId, ...this.#services });
    if (head.ownHops > MAX_HOPS) throw new RelayError('edge.loop');
    const { tenantId, deviceId, hideSubjects } = this.#policy;
    const { mailFrom, recipients: asked } = this.#envelope;
    const { rule, ...route } = applyRules(this.#policy, policies, { subject: head.subject, recipients: asked });
    await this.#writer.commit({
      messageId: this.#messageId,
      queueId,
      tenantId,
      deviceId,
      ...route,
      acceptedAt: clock.now(),
      mailFrom,
      subject: hideSubjects ? null : head.subject,
      messageIdHeader: head.messageIdHeader,
      isTest: head.isTest,
      sizeBytes: this.#sizeBytes,
      door: door.name,
      clientAddress,
      tls,
      keySealed: this.#sealedFor(route.recipients).toString('base64'),
      ...(rule && { rule }),
      ...this.#quiet(head.isTest, rule),
    });
    this.#writer = undefined;
    journalShare.accepted(tenantId, this.#sizeBytes);
    mailboxBudget.accepted({ mailboxId: route.mailboxId, tenantId });
    await faultPoint('edge.after-commit-before-250');
    if (isForAsked(rule)) policies.learn(deviceId, asked);
    this.#giveBackPlaces();
    metrics.accepted(door.name, this.#sizeBytes);
    logger.info({
      event: 'mail.accepted',
      messageId: this.#messageId,
      queueId,
      tenantId,
      deviceId,
      sizeBytes: this.#sizeBytes,
      door: door.name,
      tls,
    });
    return queueId;
  }

  /** A test is looked for at once, and a rule may say that a mail is. */
  #quiet(isTest: boolean, rule: AppliedRule | undefined): { notBefore?: number } {
    const { quietHours, timeZone } = this.#policy;
    if (!quietHours || timeZone === null || isTest || rule?.rule.action === 'send') return {};
    const notBefore = quietUntil(this.#services.clock.now(), quietHours, timeZone);
    return notBefore === null ? {} : { notBefore };
  }

  /** Sealed for those whom the mail goes to: the envelope's recipients, unless a rule names others. */
  #sealedFor(recipients: string[]): Buffer {
    if (recipients === this.#envelope.recipients) return this.#keySealed;
    const { mailFrom } = this.#envelope;
    const envelope = { tenantId: this.#policy.tenantId, mailFrom, recipients };
    return this.#services.seal(this.#messageId, envelope, this.#contentKey).sealed;
  }

  /** The first failure counts; nothing more is written, and what was is dropped. */
  #fail(thrown: unknown): void {
    const writer = this.#writer;
    this.#writer = undefined;
    this.#failure ??= asRelayError(thrown);
    this.#giveBackPlaces();
    writer
      ?.abort()
      .catch((error: unknown) => this.#services.logger.warn({ event: 'journal.abort_failed', err: error }));
  }
}
