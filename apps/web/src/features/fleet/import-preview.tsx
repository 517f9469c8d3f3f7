'use client';
import { Badge, Button, Card, type Tone } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import type { PlannedLine } from './plan-import.ts';

/** Lines that are shown one by one; the mistakes come first, and their number is told. */
const SHOWN = 20;
const TONES: Record<PlannedLine['action'], Tone> = { error: 'bad', create: 'info', change: 'warn', same: 'neutral' };
const ORDER = ['error', 'create', 'change', 'same'] as const;

interface ImportPreviewProps {
  plan: readonly PlannedLine[];
  onRun: () => void;
}

/** What would be done, line by line, before anything is. */
export function ImportPreview({ plan, onRun }: ImportPreviewProps) {
  const t = useTranslations('fleet');
  const of = (action: PlannedLine['action']) => plan.filter((line) => line.action === action);
  const shown = ORDER.flatMap(of).slice(0, SHOWN);
  const work = of('create').length + of('change').length;
  return (
    <Card title={t('previewTitle')}>
      <div className="grid gap-4">
        <ul className="flex flex-wrap gap-2">
          {ORDER.map((action) => (
            <li key={action}>
              <Badge tone={TONES[action]}>{t(`count.${action}`, { count: of(action).length })}</Badge>
            </li>
          ))}
        </ul>
        <ul className="divide-y divide-line">
          {shown.map((line) => (
            <li
              key={line.line}
              className="grid grid-cols-[1fr_auto] items-baseline gap-x-4 py-2.5 sm:grid-cols-[6rem_1fr_auto]"
            >
              <span className="text-sm text-ink-soft tabular-nums max-sm:col-span-2">
                {t('line', { line: line.line })}
              </span>
              <span className="min-w-0 font-semibold wrap-anywhere">
                {line.name || '–'}
                {line.action === 'error' ? (
                  <span className="block font-normal text-bad">
                    {t(`problem.${line.problem}`, { value: line.value })}
                  </span>
                ) : null}
              </span>
              <Badge tone={TONES[line.action]}>{t(`action.${line.action}`)}</Badge>
            </li>
          ))}
        </ul>
        {plan.length > SHOWN ? <p className="text-ink-soft">{t('more', { count: plan.length - SHOWN })}</p> : null}
        <Button onClick={onRun} disabled={work === 0} className="justify-self-start max-sm:w-full">
          {t('run', { count: work })}
        </Button>
        {of('error').length && work ? <p className="text-sm text-ink-soft">{t('errorsLeft')}</p> : null}
      </div>
    </Card>
  );
}
