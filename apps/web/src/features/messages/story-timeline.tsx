'use client';
import type { Attempt, MessageDetail } from '@hikyaku/contracts';
import { classNames } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useDates } from '../../i18n/use-dates.ts';
import { useProblemText } from '../../i18n/use-problem-text.ts';
import { useSize } from '../../i18n/use-size.ts';
import { useSpan } from '../../i18n/use-span.ts';
import { isOwnMail, type Outcome, type StoryLine, storyLines } from './story-lines.ts';
import { useDeviceOf } from './use-device-of.ts';

const DOTS: Record<Outcome, string> = {
  running: 'bg-ai',
  accepted: 'bg-ok',
  deferred: 'bg-warn',
  rejected: 'bg-bad',
  auth_lost: 'bg-bad',
  in_doubt: 'bg-warn',
  abandoned: 'bg-line-strong',
};

/** The story line by line, as the gateway's own log would tell it. */
export function StoryTimeline({ message }: { message: MessageDetail }) {
  const t = useTranslations('story');
  const messages = useTranslations('messages');
  const size = useSize();
  const deviceOf = useDeviceOf();
  const lines = storyLines(message);
  const provider = messages('provider', { provider: message.channelKind ?? message.provider ?? 'other' });

  const tell = (line: StoryLine): { dot: string; title: string; body?: ReactNode } => {
    if (line.type === 'accepted') {
      const device = deviceOf(message);
      const bytes = size(message.sizeBytes);
      const text =
        message.provider === 'channel' ? bytes : t('acceptedText', { size: bytes, count: message.recipients.length });
      return {
        dot: 'bg-ok',
        title: isOwnMail(message) ? t('written') : t('accepted', { device }),
        body: <p>{text}</p>,
      };
    }
    if (line.type === 'event') {
      const { kind, rule, way } = line;
      const text = rule
        ? t(rule.isOfSite ? 'metSiteRule' : 'metRule', { number: rule.number, words: rule.matches })
        : way && t('otherWay', { ...way });
      return {
        dot: 'bg-line-strong',
        title: t(`kind.${kind}`),
        body: text ? <p className="break-words">{text}</p> : null,
      };
    }
    return {
      dot: DOTS[line.outcome],
      title: t(`outcome.${line.outcome}`, { provider }),
      body: <AttemptText attempt={line.attempt} provider={provider} />,
    };
  };

  return (
    <ol className="grid">
      {lines.map((line, index) => {
        const { dot, title, body } = tell(line);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at the end
          <li key={index} className="relative grid grid-cols-[1.25rem_1fr] gap-x-3 pb-6 last:pb-0">
            {index < lines.length - 1 ? (
              <span
                aria-hidden="true"
                className="absolute top-6 bottom-0 left-[0.5625rem] w-0.5 -translate-x-1/2 bg-line"
              />
            ) : null}
            <span aria-hidden="true" className={classNames('mt-1.5 size-3.5 justify-self-center rounded-full', dot)} />
            <div className="grid gap-0.5">
              <div className="flex flex-wrap items-baseline justify-between gap-x-4">
                <p className="font-semibold">{title}</p>
                <LineTime at={line.at} before={lines[index - 1]?.at} />
              </div>
              <div className="grid gap-0.5 text-sm text-ink-soft">{body}</div>
            </div>
          </li>
        );
      })}
    </ol>
  );
}

/** Below that nobody has waited. */
const WAITED_MS = 1_000;

/** When it was, and how long after the line above. */
function LineTime({ at, before }: { at: string; before: string | undefined }) {
  const t = useTranslations('story');
  const dates = useDates();
  const span = useSpan();
  const waitedMs = before ? Date.parse(at) - Date.parse(before) : 0;
  return (
    <span className="text-sm text-ink-soft tabular-nums">
      {waitedMs >= WAITED_MS ? `${t('after', { span: span(waitedMs) })} · ` : ''}
      <time dateTime={at} title={dates.full(at)}>
        {dates.short(at)}
      </time>
    </span>
  );
}

function AttemptText({ attempt, provider }: { attempt: Attempt; provider: string }) {
  const t = useTranslations('story');
  const span = useSpan();
  const problem = useProblemText()(attempt.code ?? '');
  const isBad = attempt.outcome !== null && attempt.outcome !== 'accepted' && attempt.outcome !== 'abandoned';
  const tookMs = attempt.finishedAt ? Date.parse(attempt.finishedAt) - Date.parse(attempt.at) : 0;
  const facts = [t('attemptNumber', { number: attempt.number })];
  if (tookMs >= 100) facts.push(t('took', { span: span(tookMs) }));
  return (
    <>
      {isBad && problem.isKnown ? <p className="text-ink">{problem.what}</p> : null}
      {attempt.isRepeat ? <p>{t('isRepeat')}</p> : null}
      <p>{facts.join(' · ')}</p>
      {isBad && (attempt.text || attempt.status) ? (
        <details className="mt-1">
          <summary className="cursor-pointer py-1 font-semibold">{t('said', { provider })}</summary>
          <p lang="en" className="mt-1 rounded-sm bg-sunken p-3 font-mono text-xs text-ink">
            {[attempt.status, attempt.code, attempt.text].filter(Boolean).join(' · ')}
          </p>
        </details>
      ) : null}
    </>
  );
}
