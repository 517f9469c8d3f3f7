'use client';
import type { MessageDetail } from '@hikyaku/contracts';
import { Badge, Card } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useProblemText } from '../../i18n/use-problem-text.ts';
import { recipientResults } from './recipient-results.ts';
import { StateBadge } from './state-badge.tsx';

/** What became of the mail for each of its recipients; nothing where all share its fate. */
export function StoryRecipients({ message }: { message: MessageDetail }) {
  const t = useTranslations('story');
  const problemText = useProblemText();
  const results = recipientResults(message);
  if (!results.length) return null;
  return (
    <Card title={t('recipientsTitle')}>
      <ul className="divide-y divide-line">
        {results.map(({ address, outcome, state, code, text }) => {
          const problem = code ? problemText(code) : null;
          return (
            <li key={address} className="grid gap-1 py-3 first:pt-0 last:pb-0">
              <span className="flex flex-wrap items-center justify-between gap-2">
                <span className="font-semibold wrap-anywhere">{address}</span>
                {outcome ? (
                  <Badge tone={outcome === 'accepted' ? 'ok' : outcome === 'deferred' ? 'warn' : 'bad'}>
                    {t(`recipient.${outcome}`)}
                  </Badge>
                ) : (
                  <StateBadge message={{ ...message, state }} />
                )}
              </span>
              {outcome && outcome !== 'accepted' && problem?.isKnown && code !== message.stateCode ? (
                <span className="text-ink-soft">{problem.all}</span>
              ) : null}
              {outcome !== 'accepted' && text ? (
                <span lang="en" className="font-mono text-xs wrap-anywhere text-ink-soft">
                  {text}
                </span>
              ) : null}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
