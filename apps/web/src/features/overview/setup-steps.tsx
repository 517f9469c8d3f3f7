'use client';
import { buttonClass, Card, classNames } from '@hikyaku/ui';
import { Check } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { ConnectButtons } from '../mailboxes/connect-buttons.tsx';
import { useCanEdit } from '../session/me-context.tsx';
import { ItemLink } from '../shell/item-link.tsx';

interface SetupStepsProps {
  hasMailbox: boolean;
  /** Null: no device yet. */
  deviceId: string | null;
  hasMail: boolean;
}

/** The way from a new account to the first alert; one step is open at a time. */
export function SetupSteps({ hasMailbox, deviceId, hasMail }: SetupStepsProps) {
  const t = useTranslations('overview');
  const canEdit = useCanEdit();
  const done = [hasMailbox, deviceId !== null, hasMail];
  const current = done.indexOf(false);
  const steps = [
    { title: t('stepMailbox'), text: t('stepMailboxText'), action: <ConnectButtons isFirst /> },
    {
      title: t('stepDevice'),
      text: t('stepDeviceText'),
      action: (
        <Link href="/devices/new" className={buttonClass('primary', 'md', 'max-sm:w-full')}>
          {t('stepDeviceAction')}
        </Link>
      ),
    },
    {
      title: t('stepTest'),
      text: t('stepTestText'),
      action: (
        <div className="flex flex-wrap items-center gap-4">
          <ItemLink href={`/devices/${deviceId}?tab=login`} className={buttonClass('secondary', 'md', 'max-sm:w-full')}>
            {t('stepTestAction')}
          </ItemLink>
          <Waiting />
        </div>
      ),
    },
  ];
  return (
    <Card
      title={t('setupTitle')}
      action={
        <span className="text-sm text-ink-soft">{t('setupProgress', { done: done.filter(Boolean).length })}</span>
      }
    >
      <ol className="grid gap-2">
        {steps.map((step, index) => (
          <Step
            key={step.title}
            number={index + 1}
            title={step.title}
            state={done[index] ? 'done' : index === current ? 'current' : 'later'}
            action={index === current && canEdit ? step.action : null}
          >
            {step.text}
          </Step>
        ))}
      </ol>
    </Card>
  );
}

interface StepProps {
  number: number;
  title: string;
  state: 'done' | 'current' | 'later';
  /** Below, on a phone in the whole width. */
  action: ReactNode;
  children: string;
}

function Step({ number, title, state, action, children }: StepProps) {
  const t = useTranslations('overview');
  return (
    <li
      aria-current={state === 'current' ? 'step' : undefined}
      className={classNames(
        'grid grid-cols-[2.5rem_1fr] gap-x-4 gap-y-3 rounded-md p-4',
        state === 'current' && 'border border-ai bg-ai-soft',
      )}
    >
      <span
        className={classNames(
          'grid size-10 place-items-center rounded-full font-bold',
          state === 'done' && 'bg-ok-soft text-ok',
          state === 'current' && 'bg-ai text-on-ai',
          state === 'later' && 'bg-sunken text-ink-soft',
        )}
      >
        {state === 'done' ? <Check aria-hidden="true" className="size-5" /> : number}
        {state === 'done' ? <span className="sr-only">{t('stepDone')}</span> : null}
      </span>
      <div className="grid content-center gap-0.5">
        <h3 className={classNames('text-base', state !== 'current' && 'text-ink-soft')}>{title}</h3>
        {state === 'done' ? null : <p className="text-ink-soft">{children}</p>}
      </div>
      {action ? <div className="col-span-2 sm:col-span-1 sm:col-start-2">{action}</div> : null}
    </li>
  );
}

function Waiting() {
  const t = useTranslations('overview');
  return (
    <p role="status" className="flex items-center gap-3 font-semibold text-ai">
      <span aria-hidden="true" className="relative grid size-4 place-items-center">
        <span className="absolute size-4 animate-ping rounded-full bg-ai opacity-40" />
        <span className="size-2.5 rounded-full bg-ai" />
      </span>
      {t('stepTestWaiting')}
    </p>
  );
}
