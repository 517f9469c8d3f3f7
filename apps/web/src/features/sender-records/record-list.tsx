'use client';
import type { SenderRecords } from '@hikyaku/contracts';
import { Button, Field, Form, Input, Skeleton } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { useSenderRecords } from './queries.ts';
import { RecordItem } from './record-item.tsx';

/** SPF, DKIM and DMARC of a mailbox's domain, each with what to change. */
export function RecordList({ mailboxId, isWanted }: { mailboxId: string; isWanted: boolean }) {
  const t = useTranslations('records');
  const [selector, setSelector] = useState('');
  const { data, error, isFetching, refetch } = useSenderRecords(mailboxId, selector, isWanted);
  if (error) return <ProblemNotice error={error} />;
  if (!data) return <Skeleton className="h-32" />;
  return (
    <>
      <Records found={data}>
        {data.dkim.state === 'ok' ? null : <SelectorForm isBusy={isFetching} onChange={setSelector} />}
      </Records>
      <Button
        tone="secondary"
        isBusy={isFetching}
        className="justify-self-start max-sm:w-full"
        onClick={() => void refetch()}
      >
        {t('again')}
      </Button>
    </>
  );
}

interface RecordsProps {
  found: SenderRecords;
  /** Below DKIM. */
  children: ReactNode;
}

function Records({ found: { domain, serverAddresses, spf, dkim, dmarc }, children }: RecordsProps) {
  const t = useTranslations('records');
  const servers = serverAddresses.join(', ');
  return (
    <ul className="grid gap-5">
      <RecordItem
        title="SPF"
        state={spf.state}
        text={t(`spf.${spf.state}`, { domain, servers })}
        record={spf.record}
        wanted={spf.wanted}
        place={domain}
      />
      <RecordItem
        title="DKIM"
        state={dkim.state}
        text={t(`dkim.${dkim.state}`, { selector: dkim.selector ?? '' })}
        record={null}
        wanted={null}
        place={domain}
      >
        {children}
      </RecordItem>
      <RecordItem
        title="DMARC"
        state={dmarc.state}
        text={t(`dmarc.${dmarc.state}`)}
        record={dmarc.record}
        wanted={dmarc.wanted}
        place={dmarc.name}
      />
    </ul>
  );
}

function SelectorForm({ isBusy, onChange }: { isBusy: boolean; onChange(selector: string): void }) {
  const t = useTranslations('records');
  const [typed, setTyped] = useState('');
  const look = (event: FormEvent) => {
    event.preventDefault();
    onChange(typed.trim());
  };
  return (
    <Form className="mt-2 grid max-w-xl items-end gap-3 sm:grid-cols-[minmax(0,1fr)_auto]" onSubmit={look}>
      <Field label={t('selector')} hint={t('selectorHint')}>
        <Input
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          maxLength={63}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
        />
      </Field>
      <Button type="submit" tone="secondary" isBusy={isBusy}>
        {t('look')}
      </Button>
    </Form>
  );
}
