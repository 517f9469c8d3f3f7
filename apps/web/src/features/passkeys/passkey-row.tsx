'use client';
import { useTranslations } from 'next-intl';
import { WayInRow } from '../settings/way-in-row.tsx';
import { type Passkey, useRemovePasskey } from './queries.ts';

/** One passkey, by the name that its owner gave it. */
export function PasskeyRow({ passkey }: { passkey: Passkey }) {
  const t = useTranslations('passkeys');
  const remove = useRemovePasskey();
  const name = passkey.name ?? t('unnamed');
  return (
    <WayInRow
      words="passkeys"
      wayIn={passkey}
      name={name}
      onRemove={(password) => remove({ id: passkey.id, password })}
    >
      <bdi>{name}</bdi>
    </WayInRow>
  );
}
