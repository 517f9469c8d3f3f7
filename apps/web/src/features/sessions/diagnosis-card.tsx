'use client';
import type { Diagnosis } from '@hikyaku/contracts';
import { Button, classNames } from '@hikyaku/ui';
import { Check, CircleAlert, Copy, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Dialogue } from './dialogue.tsx';
import { valueToPaste } from './value-to-paste.ts';

interface DiagnosisCardProps {
  sessionId: string;
  diagnosis: Diagnosis;
  /** How often in a row it came out so. */
  repeats: number;
  /** The field of the device's form, in the form's own words where they are known. */
  field: string | null;
  /** What is to stand there, as far as this page knows it. */
  known: string | null;
}

/** Why the device did not get through: what it sent, what is right, and the one thing to do. */
export function DiagnosisCard({ sessionId, diagnosis, repeats, field, known }: DiagnosisCardProps) {
  const t = useTranslations('live');
  const common = useTranslations('common');
  const [copied, setCopied] = useState<string | null>(null);
  const isBad = diagnosis.severity === 'error';
  const right = known ?? diagnosis.right;
  const toPaste = valueToPaste(diagnosis, known);
  const Icon = isBad ? CircleAlert : TriangleAlert;
  const copy = (value: string) =>
    navigator.clipboard?.writeText(value).then(
      () => setCopied(value),
      () => undefined,
    );
  return (
    <section
      aria-live="assertive"
      className={classNames(
        'grid gap-3 rounded-md border p-4',
        isBad ? 'border-bad/40 bg-bad-soft' : 'border-warn/40 bg-warn-soft',
      )}
    >
      <h3 className="flex gap-2 text-base">
        <Icon aria-hidden="true" className={classNames('mt-0.5 size-5 shrink-0', isBad ? 'text-bad' : 'text-warn')} />
        {diagnosis.title}
      </h3>
      {diagnosis.seen || right ? (
        <dl className="grid gap-1 rounded-sm bg-surface p-3">
          {field ? <dt className="text-sm font-semibold text-ink-soft">{field}</dt> : null}
          {diagnosis.seen ? (
            <dd className="grid grid-cols-[4rem_1fr] gap-2">
              <span className="text-sm text-ink-soft">{t('seen')}</span>
              <code className="font-mono break-all line-through decoration-bad">{diagnosis.seen}</code>
            </dd>
          ) : null}
          {right ? (
            <dd className="grid grid-cols-[4rem_1fr] gap-2">
              <span className="text-sm text-ink-soft">{t('right')}</span>
              <code className="font-mono font-semibold break-all">{right}</code>
            </dd>
          ) : null}
        </dl>
      ) : null}
      {toPaste ? (
        <Button onClick={() => void copy(toPaste)} className="justify-self-start max-sm:w-full">
          {copied === toPaste ? (
            <Check aria-hidden="true" className="size-4.5" />
          ) : (
            <Copy aria-hidden="true" className="size-4.5" />
          )}
          {copied === toPaste ? common('copied') : t('copyRight')}
        </Button>
      ) : null}
      <p className="text-ink-soft">{diagnosis.advice}</p>
      {repeats > 1 ? <p className="text-sm text-ink-soft">{t('repeats', { count: repeats })}</p> : null}
      <Dialogue sessionId={sessionId} />
    </section>
  );
}
