import type { MailRule } from '@hikyaku/contracts';
import { splitAddresses } from '../devices/device-values.ts';

/** A rule as it is being typed: what its action does not need is kept beside it, for when another one is chosen. */
export interface RuleDraft {
  /** Tells rows apart while they change places. */
  key: number;
  field: MailRule['field'];
  matches: string;
  action: MailRule['action'];
  digestMinutes: number;
  mailboxId: string;
  /** As typed: separated by blanks, commas or lines. */
  recipients: string;
}

/** As the api has it. */
export const MAX_RULES = 20;
export const MAX_MATCHES = 200;
/** What a rule that gathers does at first: a mail an hour. */
const HOURLY = 60;

let lastKey = 0;

export function newDraft(): RuleDraft {
  lastKey += 1;
  return {
    ...{ key: lastKey, field: 'subject', matches: '', action: 'drop' },
    ...{ digestMinutes: HOURLY, mailboxId: '', recipients: '' },
  };
}

export function toDraft(rule: MailRule): RuleDraft {
  const { field, matches, action } = rule;
  return {
    ...newDraft(),
    ...{ field, matches, action },
    ...(rule.action === 'digest' && { digestMinutes: rule.digestMinutes }),
    ...(rule.action === 'mailbox' && { mailboxId: rule.mailboxId }),
    ...(rule.action === 'recipients' && { recipients: rule.recipients.join('\n') }),
  };
}

/** Null while something is missing. */
export function toRule({ field, matches, action, ...rest }: RuleDraft): MailRule | null {
  const words = matches.trim();
  if (words === '') return null;
  if (action === 'digest') return { field, matches: words, action, digestMinutes: rest.digestMinutes };
  if (action === 'mailbox')
    return rest.mailboxId === '' ? null : { field, matches: words, action, mailboxId: rest.mailboxId };
  if (action !== 'recipients') return { field, matches: words, action };
  const recipients = splitAddresses(rest.recipients);
  return recipients.length === 0 ? null : { field, matches: words, action, recipients };
}

/** Null while one of them is not complete. */
export function toRules(drafts: readonly RuleDraft[]): MailRule[] | null {
  const rules = drafts.map(toRule);
  return rules.every((rule) => rule !== null) ? rules : null;
}

/** The rule at `index` changes places with the one `by` places on. */
export function moveDraft(drafts: readonly RuleDraft[], index: number, by: -1 | 1): RuleDraft[] {
  const moved = [...drafts];
  const [draft] = moved.splice(index, 1);
  if (draft) moved.splice(index + by, 0, draft);
  return moved;
}
