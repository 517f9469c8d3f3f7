'use client';
import type { DeviceUpdate, Mailbox } from '@hikyaku/contracts';
import { Button, Field, Modal, Select, Textarea, useToast } from '@hikyaku/ui';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import { keys } from '../../api/keys.ts';
import { useProblemText } from '../../i18n/use-problem-text.ts';
import { splitAddresses } from '../devices/device-values.ts';
import { DigestSelect } from '../devices/digest-select.tsx';
import { GroupInput } from '../groups/group-input.tsx';
import { MailboxSelect } from '../mailboxes/mailbox-select.tsx';
import type { FleetRow } from './device-order.ts';
import { type ImportProgress, runImport } from './run-import.ts';

const ACTIONS = ['replace', 'allow', 'mailbox', 'digest', 'group', 'pause', 'resume'] as const;
type Action = (typeof ACTIONS)[number];

interface BulkDialogProps {
  rows: readonly FleetRow[];
  mailboxes: readonly Mailbox[];
  onClose: () => void;
}

/** One change for every device that the list shows just now. */
export function BulkDialog({ rows, mailboxes, onClose }: BulkDialogProps) {
  const t = useTranslations('fleet');
  const sites = useTranslations('groups');
  const storms = useTranslations('storms');
  const common = useTranslations('common');
  const client = useQueryClient();
  const showToast = useToast();
  const problemText = useProblemText();
  const [action, setAction] = useState<Action>('replace');
  const [recipients, setRecipients] = useState('');
  const [mailboxId, setMailboxId] = useState(mailboxes[0]?.id ?? '');
  const [digestMinutes, setDigestMinutes] = useState<number | null>(5);
  const [group, setGroup] = useState('');
  const [progress, setProgress] = useState<ImportProgress | null>(null);
  const [isRunning, setIsRunning] = useState(false);
  const isStopped = useRef(false);
  const hasRecipients = action === 'replace' || action === 'allow';

  const bodyOf = (): DeviceUpdate => {
    if (hasRecipients) return { recipientsMode: action, recipients: splitAddresses(recipients) };
    if (action === 'group') return {};
    if (action === 'digest') return { digestMinutes };
    return action === 'mailbox' ? { mailboxId } : { isDisabled: action === 'pause' };
  };
  const run = async () => {
    setIsRunning(true);
    const body = bodyOf();
    const moved = action === 'group' ? { group: group.trim() } : {};
    const plan = rows.map(({ device }, index) => {
      return { line: index + 1, name: device.name, action: 'change' as const, deviceId: device.id, body, ...moved };
    });
    const ended = await runImport(plan, setProgress, () => isStopped.current);
    await client.invalidateQueries({ queryKey: keys.devices });
    setIsRunning(false);
    if (ended.failed.length || isStopped.current) return;
    showToast('ok', t('bulkDone', { count: ended.done }));
    onClose();
  };
  const close = () => {
    isStopped.current = true;
    onClose();
  };

  return (
    <Modal
      isOpen
      onOpenChange={close}
      title={t('bulkTitle', { count: rows.length })}
      description={rows
        .slice(0, 5)
        .map(({ device }) => device.name)
        .join('、')
        .concat(rows.length > 5 ? '…' : '')}
      closeLabel={common('close')}
      actions={
        <>
          <Button tone="secondary" onClick={close}>
            {common('cancel')}
          </Button>
          <Button
            isBusy={isRunning}
            disabled={hasRecipients && !splitAddresses(recipients).length}
            onClick={() => void run()}
          >
            {progress && isRunning
              ? t('progress', { done: progress.done, total: progress.total })
              : t('bulkConfirm', { count: rows.length })}
          </Button>
        </>
      }
    >
      <Field label={t('bulkAction')}>
        <Select value={action} onChange={(event) => setAction(event.target.value as Action)}>
          {ACTIONS.map((name) => (
            <option key={name} value={name}>
              {t(`bulk.${name}`)}
            </option>
          ))}
        </Select>
      </Field>
      {hasRecipients ? (
        <Field label={t('bulkRecipients')} hint={t('bulkRecipientsHint')}>
          <Textarea rows={3} value={recipients} onChange={(event) => setRecipients(event.target.value)} />
        </Field>
      ) : null}
      {action === 'mailbox' ? (
        <Field label={t('bulkMailbox')}>
          <MailboxSelect
            mailboxes={mailboxes}
            chosen={mailboxId}
            value={mailboxId}
            onChange={(event) => setMailboxId(event.target.value)}
          />
        </Field>
      ) : null}
      {action === 'digest' ? (
        <Field label={storms('digest')} hint={storms('digestHint')}>
          <DigestSelect minutes={digestMinutes} onChange={setDigestMinutes} />
        </Field>
      ) : null}
      {action === 'group' ? (
        <Field label={sites('name')} hint={sites('bulkHint')}>
          <GroupInput value={group} onChange={(event) => setGroup(event.target.value)} />
        </Field>
      ) : null}
      {progress?.failed.length ? (
        <ul role="alert" className="grid gap-1 text-bad">
          {progress.failed.slice(0, 10).map(({ line, name, code }) => (
            <li key={line}>
              {name}: {problemText(code).what}
            </li>
          ))}
        </ul>
      ) : null}
    </Modal>
  );
}
