'use client';
import { Button, Card, Field, Form, Input, PageHeader, SkeletonRows } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useMe } from '../session/me-context.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { Deletions } from './deletions.tsx';
import { ExportButton } from './export-button.tsx';
import { useDeleteTenant, useDeletions, useTenant } from './queries.ts';

/** Everything away: take a copy, say which name is meant, and see it go. */
export function DeletePage() {
  const t = useTranslations('settings');
  const common = useTranslations('common');
  const me = useMe();
  const tenant = useTenant();
  const deletions = useDeletions();
  const [typed, setTyped] = useState('');
  const { mutate, isPending, error, isSuccess } = useDeleteTenant();
  const failed = tenant.data ? null : tenant.error;
  const isOwner = me.role === 'owner';
  return (
    <>
      <PageTitle>{t('deleteTitle')}</PageTitle>
      <PageHeader title={t('deleteTitle')} lead={t('deleteLead')} />
      <div className="grid max-w-3xl gap-6">
        {deletions.data && (deletions.data.items.length > 0 || isSuccess) ? <Deletions {...deletions.data} /> : null}
        {failed ? <LoadFailed error={failed} onRetry={tenant.refetch} /> : null}
        {!tenant.data && !failed ? <SkeletonRows count={2} label={common('loading')} /> : null}
        {tenant.data && !isSuccess ? (
          <>
            <Card title={t('exportTitle')}>
              <div className="grid gap-4">
                <p className="text-ink-soft">{t('exportText')}</p>
                <ExportButton />
              </div>
            </Card>
            <Card title={t('deleteConfirmTitle')}>
              <Form
                className="grid gap-4"
                onSubmit={(event) => {
                  event.preventDefault();
                  mutate(tenant.data.name);
                }}
              >
                <ul className="grid list-disc gap-1 pl-5 text-ink-soft">
                  <li>{t('deleteStops')}</li>
                  <li>{t('deleteMails')}</li>
                  <li>{t('deleteForGood')}</li>
                </ul>
                <Field label={t('deleteName', { name: tenant.data.name })}>
                  <Input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" />
                </Field>
                <ProblemNotice error={error} />
                <Button
                  type="submit"
                  tone="danger"
                  isBusy={isPending}
                  disabled={!isOwner || typed.trim() !== tenant.data.name.trim()}
                  className="justify-self-start max-sm:w-full"
                >
                  {t('deleteConfirm')}
                </Button>
              </Form>
            </Card>
          </>
        ) : null}
      </div>
    </>
  );
}
