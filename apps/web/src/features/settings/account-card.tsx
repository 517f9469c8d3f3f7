'use client';
import { Button, Card, Facts } from '@hikyaku/ui';
import { LogOut } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useMe } from '../session/me-context.tsx';
import { useSignOut } from '../session/use-sign-out.ts';

const ROLES = { owner: 'roleOwner', admin: 'roleAdmin', viewer: 'roleViewer' } as const;
const ChangeAddress = dynamic(() => import('../address/change-address.tsx').then((module) => module.ChangeAddress));
const ChangePassword = dynamic(() => import('./change-password.tsx').then((module) => module.ChangePassword));

export function AccountCard() {
  const t = useTranslations('settings');
  const shell = useTranslations('shell');
  const { user, role } = useMe();
  const { signOut, isPending } = useSignOut();
  const address = useTranslations('address');
  const [changing, setChanging] = useState<'address' | 'password' | null>(null);
  const close = () => setChanging(null);
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
        {changing === 'address' ? (
          <ChangeAddress onClose={close} />
        ) : changing === 'password' ? (
          <ChangePassword onClose={close} />
        ) : (
          <div className="flex flex-wrap gap-3">
            <Button tone="secondary" onClick={() => setChanging('address')} className="max-sm:w-full">
              {address('change')}
            </Button>
            <Button tone="secondary" onClick={() => setChanging('password')} className="max-sm:w-full">
              {t('passwordChange')}
            </Button>
            <Button tone="secondary" onClick={signOut} isBusy={isPending} className="max-sm:w-full">
              <LogOut aria-hidden="true" className="size-4.5" />
              {shell('signOut')}
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}
