'use client';
import { Button, Card, Facts } from '@hikyaku/ui';
import { LogOut } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useMe } from '../session/me-context.tsx';
import { useSignOut } from '../session/use-sign-out.ts';

const ROLES = { owner: 'roleOwner', admin: 'roleAdmin', viewer: 'roleViewer' } as const;

export function AccountCard() {
  const t = useTranslations('settings');
  const shell = useTranslations('shell');
  const { user, role } = useMe();
  const { signOut, isPending } = useSignOut();
  return (
    <Card title={t('accountTitle')}>
      <div className="grid gap-5">
        <Facts
          items={[
            { label: t('accountName'), value: user.name },
            { label: t('accountEmail'), value: user.email },
            { label: t('accountRole'), value: t(ROLES[role]) },
          ]}
        />
        <Button tone="secondary" onClick={signOut} isBusy={isPending} className="justify-self-start max-sm:w-full">
          <LogOut aria-hidden="true" className="size-4.5" />
          {shell('signOut')}
        </Button>
      </div>
    </Card>
  );
}
