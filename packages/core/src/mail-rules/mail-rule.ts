/** What an owner's rule does with a mail that fits it. */
export type RuleAction =
  /** By itself and at once, whatever is set for storms. */
  | { action: 'send' }
  /** Gathered for one mail every so many minutes. */
  | { action: 'digest'; digestMinutes: number }
  | { action: 'drop' }
  /** Left out as well; all it says is that the device lives. */
  | { action: 'heartbeat' }
  /** By another mailbox of the tenant. */
  | { action: 'mailbox'; mailboxId: string }
  /** To others instead. */
  | { action: 'recipients'; recipients: string[] };

/**
 * One rule of an owner. `matches`: words that the subject contains, or an address that is one of the recipients; `*` stands for anything. No regular expressions: nobody
 * but an engineer reads them, and they can take for ever.
 */
export type MailRule = { field: 'subject' | 'recipient'; matches: string } & RuleAction;

/** A list of rules, of a device or of the group that it is in, and where in it the rule stands, counted from 1. */
export interface FoundRule {
  rule: MailRule;
  of: 'device' | 'group';
  number: number;
}

/** What was known of a mail when it was accepted. */
export interface RuledMail {
  subject: string | null;
  recipients: readonly string[];
}

/** The first rule that fits, the device's own before its group's; null when none does. */
export function findRule(
  lists: { device: readonly MailRule[]; group: readonly MailRule[] },
  mail: RuledMail,
): FoundRule | null {
  for (const whose of ['device', 'group'] as const) {
    const index = lists[whose].findIndex((rule) => fitsRule(rule, mail));
    if (index >= 0) return { rule: lists[whose][index]!, of: whose, number: index + 1 };
  }
  return null;
}

function fitsRule({ field, matches }: MailRule, { subject, recipients }: RuledMail): boolean {
  const pieces = foldText(matches).split('*');
  if (field === 'recipient') return recipients.some((address) => isWhole(foldText(address), pieces));
  return subject !== null && isWithin(foldText(subject), pieces) !== null;
}

/** Full and half width, capitals and small letters are one: ｶﾒﾗ is カメラ. By capitals first, since ß has none of its own. */
const foldText = (text: string): string => text.normalize('NFKC').toUpperCase().toLowerCase();

/** Where the last of the pieces ends, all being in the text one after the other; null when they are not. The leftmost place of each is the best one. */
function isWithin(text: string, pieces: readonly string[], from = 0): number | null {
  let at = from;
  for (const piece of pieces) {
    const found = text.indexOf(piece, at);
    if (found < 0) return null;
    at = found + piece.length;
  }
  return at;
}

/** An address is meant as a whole: a rule for `a@b.example` says nothing of `a@b.example.org`. */
function isWhole(text: string, pieces: readonly string[]): boolean {
  const [first = '', ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  const end = isWithin(text, others, first.length);
  return end !== null && text.length - last.length >= end && text.endsWith(last);
}
