'use client';
import type { MailChange } from '@hikyaku/contracts';
import { Card } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';

/** What the relay changed in a mail: whoever compares what he wrote with what arrived finds it here. */
export function StoryChanges({ changes }: { changes: readonly MailChange[] }) {
  const t = useTranslations('story');
  if (!changes.length) return null;
  return (
    <Card title={t('changesTitle')}>
      <ul className="grid list-disc gap-1.5 pl-5">
        {changes.map((change) => (
          <li key={change}>{t(`changed.${change}`)}</li>
        ))}
      </ul>
    </Card>
  );
}
