'use client';
import type { MailChange, MailFitting } from '@hikyaku/contracts';
import { Card } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useSize } from '../../i18n/use-size.ts';

/** What the relay changed in a mail: whoever compares what he wrote with what arrived finds it here. */
export function StoryChanges({
  changes,
  fittings,
}: {
  changes: readonly MailChange[];
  fittings: readonly MailFitting[];
}) {
  const t = useTranslations('story');
  const size = useSize();
  if (!changes.length) return null;
  return (
    <Card title={t('changesTitle')}>
      <ul className="grid list-disc gap-1.5 pl-5">
        {changes.map((change) => (
          <li key={change}>{t(`changed.${change}`)}</li>
        ))}
        {fittings.map(({ fromBytes, toBytes, pictures, slice }) => (
          <li key={`${slice?.number} ${toBytes}`}>
            {slice
              ? t('fittedPart', { ...slice, to: size(toBytes), pictures })
              : t('fitted', { from: size(fromBytes), to: size(toBytes), pictures })}
          </li>
        ))}
      </ul>
    </Card>
  );
}
