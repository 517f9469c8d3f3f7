/** Mode `device`: that many distinct recipients are learnt from its mails; further ones wait for the owner's word (design, section 4). */
export const MAX_LEARNT = 10;
/** Of those that wait: more than an owner would read through, and every edge keeps them. */
export const MAX_UNCONFIRMED = 20;

/** Whom a device in mode `device` is known to write to: addresses in lower case. */
export interface KnownRecipients {
  learnt: string[];
  /** They wait for the owner's word. */
  unconfirmed: string[];
  /** The owner does not want them: mail to them is taken and left out. */
  refused: string[];
}

/**
 * What a mail to `recipients` teaches: the first ones are learnt, where `mayLearn` says so (asked once for each that is about to be), the others wait for the owner. Also
 * where the list is full: the mail was accepted. The places, counted from 1, are of those recipients that the mail does not go to yet.
 */
export function learnRecipients(
  known: KnownRecipients,
  recipients: readonly string[],
  mayLearn: (address: string) => boolean = () => true,
): { known: KnownRecipients; waiting: number[] } {
  const next = { ...known, learnt: [...known.learnt], unconfirmed: [...known.unconfirmed] };
  const waiting = recipients.flatMap((recipient, index) => {
    const address = recipient.toLowerCase();
    if (next.learnt.includes(address)) return [];
    if (next.refused.includes(address) || next.unconfirmed.includes(address)) return [index + 1];
    if (next.learnt.length < MAX_LEARNT && mayLearn(address)) {
      next.learnt.push(address);
      return [];
    }
    next.unconfirmed.push(address);
    return [index + 1];
  });
  return { known: next, waiting };
}

/** How many addresses that nobody knows yet a device may still write to. */
export function roomForRecipients({ learnt, unconfirmed }: KnownRecipients): number {
  return Math.max(0, MAX_LEARNT - learnt.length) + Math.max(0, MAX_UNCONFIRMED - unconfirmed.length);
}

/** As long as the list of those whom a device may be allowed; every edge keeps it. */
export const MAX_REFUSED = 50;

/**
 * The lists after the owner's word. `strangers` are addresses that the device never wrote to, or of which both was said: then nothing counts. An address that is refused already
 * may be allowed, and one that is learnt refused.
 */
export function confirmRecipients(
  { learnt, unconfirmed, refused }: KnownRecipients,
  word: { allow: readonly string[]; refuse: readonly string[] },
): { known: KnownRecipients; strangers: { allow: string[]; refuse: string[] } } {
  const allow = new Set(word.allow.map((address) => address.toLowerCase()));
  const refuse = new Set(word.refuse.map((address) => address.toLowerCase()));
  const met = new Set([...learnt, ...unconfirmed, ...refused]);
  const isStranger = (address: string): boolean => !met.has(address) || (allow.has(address) && refuse.has(address));
  return {
    known: {
      learnt: [...new Set([...learnt.filter((address) => !refuse.has(address)), ...allow])],
      unconfirmed: unconfirmed.filter((address) => !allow.has(address) && !refuse.has(address)),
      refused: [...new Set([...refused.filter((address) => !allow.has(address)), ...refuse])],
    },
    strangers: { allow: [...allow].filter(isStranger), refuse: [...refuse].filter(isStranger) },
  };
}
