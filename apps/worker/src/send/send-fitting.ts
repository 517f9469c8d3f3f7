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
  for (let tries = 1; ; tries++) {
    const handed = fitted ?? mail;
    const result = await send(handed);
    const isWider = result.outcome === 'accepted' && result.isWiderForm;
    const changes = [...(fitted?.changes ?? []), ...(isWider ? (['mail.wider_form'] as const) : [])];
    const told = { result, changes, fitting: fitted && fittingOf(mail, fitted) };
    if (result.outcome !== 'rejected' || result.code !== 'upstream.too_large' || tries === MAX_TRIES) return told;
    fitted = await fit(result.maxSizeBytes ?? Math.floor(handed.sizeBytes * UNNAMED_SHARE));
    if (!fitted) return told;
  }
}

function fittingOf(mail: WholeMail, { sizeBytes, pictures, slice }: FittedMail): Fitting {
  return { fromBytes: mail.sizeBytes, toBytes: sizeBytes, pictures, ...(slice ? { slice } : {}) };
}

/** Of a mail that was too large for an upstream that does not say what it takes. */
const UNNAMED_SHARE = 0.6;
