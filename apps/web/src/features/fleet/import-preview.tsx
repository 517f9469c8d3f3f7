'use client';
import { Badge, Button, Card, Notice, type Tone } from '@hikyaku/ui';
import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { ImportPlan, PlannedLine } from './plan-import.ts';
import { useDeviceRoom } from './use-device-room.ts';

/** Lines that are shown one by one; the mistakes come first, and their number is told. */
const SHOWN = 20;
/** And each time that more are asked for. */
const MORE = 100;
const TONES: Record<PlannedLine['action'], Tone> = { error: 'bad', create: 'info', change: 'warn', same: 'neutral' };
const ORDER = ['error', 'create', 'change', 'same'] as const;

interface ImportPreviewProps {
  plan: ImportPlan;
  fileName: string;
  onRun: () => void;
}

/** What would be done, line by line, before anything is. */
export function ImportPreview({ plan: { lines, unknown }, fileName, onRun }: ImportPreviewProps) {
  const t = useTranslations('fleet');
  const common = useTranslations('common');
  const room = useDeviceRoom();
  const [count, setCount] = useState(SHOWN);
  const of = (action: PlannedLine['action']) => lines.filter((line) => line.action === action);
  const [creates, changes] = [of('create').length, of('change').length];
  const shown = ORDER.flatMap(of).slice(0, count);
  const work = creates + changes;
  const runKey = changes === 0 ? 'run' : creates === 0 ? 'runChanges' : 'runBoth';
  return (
    <Card title={t('previewTitle')}>
      <div className="grid gap-4">
        <p className="text-ink-soft wrap-anywhere">{fileName}</p>
        {lines.length ? (
          <ul className="flex flex-wrap gap-2">
            {ORDER.map((action) => (
              <li key={action}>
                <Badge tone={TONES[action]}>{t(`count.${action}`, { count: of(action).length })}</Badge>
              </li>
            ))}
          </ul>
        ) : (
          <p role="alert">{t('noLines')}</p>
        )}
        {unknown.length ? (
          <Notice icon={<TriangleAlert aria-hidden="true" className="size-5" />} title={t('unknownColumns')}>
            <p className="wrap-anywhere">{unknown.join(', ')}</p>
          </Notice>
        ) : null}
        {room && creates > room.left ? (
          <Notice tone="warn" icon={<TriangleAlert aria-hidden="true" className="size-5" />} title={t('noRoom', room)}>
            {t('noRoomText', { count: creates - room.left })}
          </Notice>
        ) : null}
        <ul className="divide-y divide-line empty:hidden">
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
        {lines.length > count ? (
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
            <p className="text-ink-soft">{t('more', { count: lines.length - count })}</p>
            <Button tone="quiet" size="sm" onClick={() => setCount(count + MORE)}>
              {common('loadMore')}
            </Button>
          </div>
        ) : null}
        {of('error').length && work ? <p className="text-sm text-ink-soft">{t('errorsLeft')}</p> : null}
        <Button onClick={onRun} disabled={work === 0} className="justify-self-start max-sm:w-full">
          {t(runKey, { count: work })}
        </Button>
      </div>
    </Card>
  );
}
