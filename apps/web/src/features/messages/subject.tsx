'use client';
import type { MessageSummary } from '@hikyaku/contracts';
import { Badge } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';

export function Subject({ message }: { message: Pick<MessageSummary, 'subject' | 'isTest'> }) {
  const t = useTranslations('messages');
  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-x-2">
      {message.subject ? (
        // In a list: a stranger may write a thousand characters; its page has them all.
        <span className="line-clamp-2 min-w-0 font-semibold wrap-anywhere">{message.subject}</span>
      ) : (
        <span className="text-ink-faint italic">{t('noSubject')}</span>
      )}
      {message.isTest ? <Badge tone="info">{t('test')}</Badge> : null}
    </span>
  );
}

/** "to a@example.com and 2 more". */
export function useRecipientText(): (recipients: readonly string[]) => string {
  const t = useTranslations('messages');
  return (recipients) => {
    const [first = '', ...others] = recipients;
    return others.length ? t('toMore', { first, count: others.length }) : t('to', { recipients: first });
  };
}
