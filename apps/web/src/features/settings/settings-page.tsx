'use client';
import { PageHeader } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { ApiKeysCard } from '../api-keys/api-keys-card.tsx';
import { LinkResult } from '../outside/link-result.tsx';
import { LinkedCard } from '../outside/linked-card.tsx';
import { PasskeysCard } from '../passkeys/passkeys-card.tsx';
import { useCanEdit, useMe } from '../session/me-context.tsx';
import { AccountCard } from './account-card.tsx';
import { AlertsCard } from './alerts-card.tsx';
import { DeleteAllCard } from './delete-all-card.tsx';
import { LookCard } from './look-card.tsx';
import { OperatorCard } from './operator-card.tsx';
import { OrganizationCard } from './organization-card.tsx';
import { SecondStepCard } from './second-step-card.tsx';
import { SessionsCard } from './sessions-card.tsx';

export function SettingsPage() {
  const t = useTranslations('settings');
  const me = useMe();
  const canEdit = useCanEdit();
  return (
    <>
      <PageHeader title={t('title')} />
      <div className="grid max-w-3xl gap-6">
        <LinkResult />
        <AccountCard />
        <PasskeysCard />
        <LinkedCard />
        <SecondStepCard />
        <SessionsCard />
        {canEdit ? <ApiKeysCard /> : null}
        <LookCard />
        <AlertsCard />
        <OrganizationCard />
        {me.operatorWanted || me.isOperator ? <OperatorCard /> : null}
        <DeleteAllCard />
      </div>
    </>
  );
}
