'use client';
import type { MessageWaiting } from '@hikyaku/contracts';
import { useFormatter, useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';

/** Why a mail waits, what is before it, and about when it goes. Nothing where that goes without saying. */
export function StoryWaiting({ waiting, provider }: { waiting: MessageWaiting; provider: string }) {
  const t = useTranslations('story');
  const format = useFormatter();
  const dates = useDates();
  const { reason, before, limit, expectedAt } = waiting;
  if (reason === 'held' || reason === 'turn' || expectedAt === null) return null;
  const when = dates.clock(expectedAt);
  const values = { provider, when, limit: limit ?? 0, count: before ?? 0, number: format.number(before ?? 0) };
  return <p className="font-semibold">{t(`waiting.${reason}`, values)}</p>;
}
