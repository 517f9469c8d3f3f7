'use client';
import type { DeviceGroup } from '@hikyaku/contracts';
import { Card, SwitchField, useToast } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useCanEdit } from '../session/me-context.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { useChangeGroup } from './queries.ts';

/** What happens when several devices of a site send one mail after the other. Saved as it is chosen. */
export function SiteStorms({ group }: { group: DeviceGroup }) {
  const t = useTranslations('groups');
  const common = useTranslations('common');
  const showToast = useToast();
  const canEdit = useCanEdit();
  const { mutate, error, isPending } = useChangeGroup(group.id);
  return (
    <Card>
      <SwitchField
        label={t('together')}
        hint={t('togetherHint')}
        isChecked={group.digestTogether}
        isDisabled={isPending || !canEdit}
        onChange={(digestTogether) => mutate({ digestTogether }, { onSuccess: () => showToast('ok', common('saved')) })}
      />
      <ProblemNotice error={error} />
    </Card>
  );
}
