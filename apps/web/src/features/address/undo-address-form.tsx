'use client';
import { Button, buttonClass, Card, Notice } from '@hikyaku/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, CircleCheck } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { problemCode } from '../../api/problem.ts';
import { AuthErrorNotice } from '../session/auth-error-notice.tsx';
import { LinkMissing } from '../session/link-missing.tsx';
import { useLinkToken } from '../session/use-link-token.ts';
import { undoAddress } from './address-requests.ts';

/** Where the mails to an old address lead: "that was not me". A person presses; opening the link does nothing. */
export function UndoAddressForm() {
  const t = useTranslations('address');
  const client = useQueryClient();
  const token = useLinkToken();
  const { mutate, error, isPending, data } = useMutation({ mutationFn: undoAddress, onSuccess: () => client.clear() });
  if (token === null) return <LinkMissing />;
  if (data) {
    const [title, text] = data.isRestored
      ? (['restoredTitle', 'restoredText'] as const)
      : (['cancelledTitle', 'cancelledText'] as const);
    return (
      <Notice
        tone="ok"
        icon={<CircleCheck aria-hidden="true" className="size-5" />}
        title={<span className="wrap-anywhere">{t(title, { email: data.email })}</span>}
        action={
          data.isRestored ? null : (
            <Link href="/forgot-password" className={buttonClass()}>
              {t('toPassword')}
            </Link>
          )
        }
      >
        <span className="wrap-anywhere">{t(text, { email: data.email })}</span>
      </Notice>
    );
  }
  return (
    <Card>
      <h1 className="text-2xl">{t('undoTitle')}</h1>
      <p className="mb-6 text-ink-soft">{t('undoLead')}</p>
      <div className="grid gap-5">
        {error && problemCode(error) === 'auth.address_taken' ? (
          <Notice tone="bad" isAlert icon={<CircleAlert aria-hidden="true" className="size-5" />}>
            {t('undoTaken')}
          </Notice>
        ) : (
          <AuthErrorNotice error={error} />
        )}
        <Button tone="danger" disabled={token === undefined} isBusy={isPending} onClick={() => token && mutate(token)}>
          {t('undoButton')}
        </Button>
      </div>
    </Card>
  );
}
