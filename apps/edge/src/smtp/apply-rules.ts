import { type AppliedRule, findRule, type RuledMail } from '@hikyaku/core';
import type { EdgePolicy } from './recipient-policy.ts';
import type { PolicyBook } from './services.ts';

/** Where a mail goes, its owner's rules considered. */
export interface MailRoute {
  recipients: string[];
  mailboxId: string;
  /** Null: the mailbox is gone. */
  accountKey: string | null;
  rule?: AppliedRule;
}

/**
 * What the owner's rules make of a mail that has been read to its end. Here, since nobody later knows a subject that is not to be kept, nor may change whom the content
 * key is sealed for (ADR 0035); hand-off does what the rule says.
 */
export function applyRules(
  { rules, mailboxId, accountKey }: Pick<EdgePolicy, 'rules' | 'mailboxId' | 'accountKey'>,
  policies: Pick<PolicyBook, 'accountOf'>,
  mail: RuledMail & { recipients: string[] },
): MailRoute {
  const own = { recipients: mail.recipients, mailboxId, accountKey };
  const found = findRule(rules, mail);
  if (!found) return own;
  const { rule } = found;
  if (rule.action === 'recipients') {
    return { ...own, recipients: rule.recipients, rule: { ...found, insteadOf: mail.recipients } };
  }
  if (rule.action !== 'mailbox') return { ...own, rule: found };
  const other = policies.accountOf(rule.mailboxId);
  // An alert that leaves by the wrong mailbox is better than none.
  if (other === null) return { ...own, rule: { ...found, isMailboxGone: true } };
  return { ...own, mailboxId: rule.mailboxId, accountKey: other, rule: found };
}
