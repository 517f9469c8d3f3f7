import type { MailTransport, SendRequest, SendResult } from '@hikyaku/core';

export interface SentMail {
  messageId: string;
  mailboxId: string;
  recipients: string[];
  text: string;
  at: number;
}

/** A provider at the MailTransport port: reads each mail to its end and answers as it is told. */
export interface FakeTransport extends MailTransport {
  /** Mails whose first byte left, in order. */
  sent: SentMail[];
  /** Most sends at once, of all and of one mailbox. */
  mostAtOnce: number;
  /** Decides each answer; what it throws leaves the transport as it is. */
  answer: (request: SendRequest, count: number) => SendResult | Promise<SendResult>;
  of(messageIdHeader: string): SentMail[];
}

export const ACCEPTED: SendResult = { outcome: 'accepted', status: 202, providerId: 'provider-1' };

export function fakeTransport(answer: FakeTransport['answer'] = () => ACCEPTED): FakeTransport {
  let running = 0;
  const fake: FakeTransport = {
    provider: 'microsoft',
    maxSizeBytes: 4_000_000,
    maxRecipients: 500,
    sent: [],
    mostAtOnce: 0,
    answer,
    of: (header) => fake.sent.filter(({ messageId }) => messageId === header),
    async send(request) {
      running += 1;
      fake.mostAtOnce = Math.max(fake.mostAtOnce, running);
      try {
        const chunks: Uint8Array[] = [];
        for await (const chunk of request.mail.open()) chunks.push(chunk);
        await request.beforeCommit();
        fake.sent.push({
          messageId: request.mail.messageId,
          mailboxId: request.mailbox.id,
          recipients: request.mail.recipients,
          text: Buffer.concat(chunks).toString(),
          at: Date.now(),
        });
        return await fake.answer(request, fake.of(request.mail.messageId).length);
      } finally {
        running -= 1;
      }
    },
  };
  return fake;
}
