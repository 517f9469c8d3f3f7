'use client';
import type { DeviceGroup } from '@hikyaku/contracts';
import { Button, Field, Input, Modal, useToast } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ItemLink } from '../shell/item-link.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { MAX_GROUP_NAME } from './group-input.tsx';
import { useChangeGroup, useRemoveGroup } from './queries.ts';

/** Another name for a site, or its end: its devices stay. */
export function GroupDialog({ group, onClose }: { group: DeviceGroup; onClose: () => void }) {
  const t = useTranslations('groups');
  const common = useTranslations('common');
  const showToast = useToast();
  const [name, setName] = useState(group.name);
  const rename = useChangeGroup(group.id);
  const remove = useRemoveGroup(group.id);
  const done = (text: string) => {
    showToast('ok', text);
    onClose();
  };
  return (
    <Modal
      isOpen
      onOpenChange={onClose}
      title={t('editTitle')}
      closeLabel={common('close')}
      actions={
        <>
          <Button
            tone="danger"
            isBusy={remove.isPending}
            onClick={() => remove.mutate(undefined, { onSuccess: () => done(t('removed', { name: group.name })) })}
          >
            {t('remove')}
          </Button>
          <Button
            isBusy={rename.isPending}
            disabled={!name.trim() || name.trim() === group.name}
            onClick={() => rename.mutate({ name }, { onSuccess: () => done(common('saved')) })}
          >
            {common('save')}
          </Button>
        </>
      }
    >
      <Field label={t('name')} hint={t('removeHint')}>
        <Input
          value={name}
          maxLength={MAX_GROUP_NAME}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <p className="mt-4">
        <ItemLink href={`/devices/sites/${group.id}`}>{t('toRules')}</ItemLink>
      </p>
      <ProblemNotice error={rename.error ?? remove.error} />
    </Modal>
  );
}
