'use client';
import type { LinkedSignIn } from '@hikyaku/contracts';
import { WayInRow } from '../settings/way-in-row.tsx';
import { ProviderMark } from './provider-mark.tsx';
import { PROVIDER_NAMES } from './provider-names.ts';
import { useRemoveSignIn } from './queries.ts';

/** One linked sign-in, and whose it is there. */
export function LinkedRow({ linked }: { linked: LinkedSignIn }) {
  const remove = useRemoveSignIn();
  const { id, provider, label } = linked;
  return (
    <WayInRow
      words="outside"
      wayIn={linked}
      name={label ?? PROVIDER_NAMES[provider]}
      mark={<ProviderMark provider={provider} />}
      onRemove={(password) => remove({ id, password })}
    >
      {PROVIDER_NAMES[provider]}
      {label ? (
        <>
          {' · '}
          <bdi className="font-normal">{label}</bdi>
        </>
      ) : null}
    </WayInRow>
  );
}
