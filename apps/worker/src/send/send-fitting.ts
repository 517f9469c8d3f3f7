import type { SendResult } from '@hikyaku/core';
import type { MailChange, WholeMail } from '@hikyaku/mail';
import type { FittedMail } from '../fitting/fit-mail.ts';
import type { Fitting } from '../outcome/outcome-record.ts';

/** What a send that may have been fitted came to. */
export interface FittedSend {
  result: SendResult;
  /** What fitting changed. */
  changes: readonly MailChange[];
  /** Null for a mail that left as it is. */
  fitting: Fitting | null;
}

/** The size that an upstream names, or a first refusal without one, and one more for a server that means less than it says. */
const MAX_TRIES = 3;

/**
 * Hands a mail over; where its upstream finds it too large, once more, smaller. A refusal is its upstream's word that nothing of it was taken, so that no second copy can arise.
 * `begun`: what it was fitted to before; `fit`: null when it cannot be made so small.
 */
export async function sendFitting(
  mail: WholeMail,
  begun: FittedMail | null,
  send: (mail: WholeMail) => Promise<SendResult>,
  fit: (maxSizeBytes: number) => Promise<FittedMail | null>,
): Promise<FittedSend> {
  let fitted = begun;
  /** Of all tries: the last one may go a way for smaller mails. */
  const passed = new Set<MailChange>();
  for (let tries = 1; ; tries++) {
    const handed = fitted ?? mail;
    const result = await send(handed);
    const ways = waysOf(result);
    for (const way of ways) if (way === 'mail.smtp_off' || way === 'mail.smtp_failed') passed.add(way);
    const changes = [...new Set([...(fitted?.changes ?? []), ...passed, ...ways])];
    const told = { result, changes, fitting: fitted && fittingOf(mail, fitted) };
    if (result.outcome !== 'rejected' || result.code !== 'upstream.too_large' || tries === MAX_TRIES) return told;
    fitted = await fit(result.maxSizeBytes ?? Math.floor(handed.sizeBytes * UNNAMED_SHARE));
    if (!fitted) return told;
  }
}

/** How a mail over the usual size went, and which way did not take it. */
function waysOf(result: SendResult): MailChange[] {
  if (!('passedOver' in result || 'largeBy' in result)) return [];
  const { passedOver } = result;
  const largeBy = 'largeBy' in result ? result.largeBy : undefined;
  return [
    ...(passedOver ? ([passedOver === 'smtp_off' ? 'mail.smtp_off' : 'mail.smtp_failed'] as const) : []),
    ...(largeBy ? ([largeBy === 'smtp' ? 'mail.by_smtp' : 'mail.wider_form'] as const) : []),
  ];
}

function fittingOf(mail: WholeMail, { sizeBytes, pictures, slice }: FittedMail): Fitting {
  return { fromBytes: mail.sizeBytes, toBytes: sizeBytes, pictures: pictures.size, ...(slice ? { slice } : {}) };
}

/** Of a mail that was too large for an upstream that does not say what it takes. */
const UNNAMED_SHARE = 0.6;
