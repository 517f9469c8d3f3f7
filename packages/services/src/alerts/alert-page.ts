import { ALERTS, isAlertCode } from '@hikyaku/core';

/** What an alert is about, as far as its page goes. */
interface AlertAbout {
  code: string | null;
  subjectId: string | null;
  /** Null once it is gone. */
  subjectName: string | null;
  /** A channel that pictures go to, which is a mailbox to the worker alone. */
  isChannel: boolean;
  facts: Record<string, unknown> | null;
  count: number | null;
}

const ALERTS_PAGE = '/alerts';

/** The dashboard's page where what an alert tells is seen and mended, as a path. */
export function alertPage({ code, subjectId, subjectName, isChannel, facts, count }: AlertAbout): string {
  if (code === null || !isAlertCode(code) || subjectName === null || isChannel) return ALERTS_PAGE;
  if (ALERTS[code].about === 'mailbox') return '/mailboxes';
  const isOfMail = code === 'mail.failed' || code === 'mail.bounced';
  if (isOfMail && count === 1 && typeof facts?.messageId === 'string') return `/messages/${facts.messageId}`;
  if (code === 'mail.failed') return `/messages?deviceId=${subjectId}&state=failed,expired,quarantined`;
  return `/devices/${subjectId}`;
}
