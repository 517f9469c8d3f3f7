'use client';
import type { DeviceUpdate, Mailbox } from '@hikyaku/contracts';
import { Button, Field, Modal, Select, Textarea, useToast } from '@hikyaku/ui';
import { useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import { keys } from '../../api/keys.ts';
import { splitAddresses } from '../devices/device-values.ts';
import { DigestSelect } from '../devices/digest-select.tsx';
import { KEEP_OLD_USUALLY, KeepOldSelect } from '../devices/keep-old-select.tsx';
import { GroupInput } from '../groups/group-input.tsx';
import { mailboxForNew } from '../mailboxes/mailbox-for-new.ts';
import { MailboxSelect } from '../mailboxes/mailbox-select.tsx';
import type { FleetRow } from './device-order.ts';
import { FailedLines } from './failed-lines.tsx';
import { NAMES_LIST } from './names-list.ts';
import { type ImportProgress, type IssuedLogin, runImport, type WorkLine } from './run-import.ts';

const ACTIONS = ['replace', 'allow', 'mailbox', 'digest', 'group', 'pause', 'resume', 'rotate'] as const;
type Action = (typeof ACTIONS)[number];

interface BulkDialogProps {
  rows: readonly FleetRow[];
  mailboxes: readonly Mailbox[];
  onClose: () => void;
  /** New logins, which are shown once. */
  onIssued: (issued: readonly IssuedLogin[]) => void;
}

/** Named above the form; of the others the number is told. */
const NAMED = 5;

/** One change for every device that the list shows just now. */
export function BulkDialog({ rows, mailboxes, onClose, onIssued }: BulkDialogProps) {
  const t = useTranslations('fleet');
  const sites = useTranslations('groups');
  const storms = useTranslations('storms');
  const common = useTranslations('common');
  const client = useQueryClient();
  const showToast = useToast();
  const format = useFormatter();
  const [action, setAction] = useState<Action>('replace');
  const [recipients, setRecipients] = useState('');
  const [mailboxId, setMailboxId] = useState(mailboxForNew(mailboxes)?.id ?? '');
  const [digestMinutes, setDigestMinutes] = useState<number | null>(5);
  const [group, setGroup] = useState('');
  const [keepOldMinutes, setKeepOldMinutes] = useState(KEEP_OLD_USUALLY);
  const [progress, setProgress] = useState<ImportProgress | null>(null);
  const [isRunning, setIsRunning] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const isStopped = useRef(false);
  const hasRecipients = action === 'replace' || action === 'allow';

  const bodyOf = (): DeviceUpdate => {
    if (hasRecipients) return { recipientsMode: action, recipients: splitAddresses(recipients) };
    if (action === 'group') return {};
    if (action === 'digest') return { digestMinutes };
    return action === 'mailbox' ? { mailboxId } : { isDisabled: action === 'pause' };
  };
  const run = async () => {
    setWrong(null);
    setIsRunning(true);
    // Said once, here, not by each device.
    const { importRules } = hasRecipients ? await import('./import-rules.ts') : {};
    const bad = importRules && splitAddresses(recipients).find((one) => importRules.recipient(one) === null);
    if (bad !== undefined) {
      setWrong(bad);
      setIsRunning(false);
      return;
    }
    const body = bodyOf();
    const moved = action === 'group' ? { group: group.trim() } : {};
    const plan = rows.map(({ device, group: site }, index): WorkLine => {
      const who = { line: index + 1, name: device.name, deviceId: device.id };
      if (action === 'rotate') return { ...who, action, keepOldMinutes, site: site?.name ?? '' };
      return { ...who, action: 'change', body, ...moved };
    });
    const ended = await runImport(plan, setProgress, () => isStopped.current);
    await client.invalidateQueries({ queryKey: keys.devices });
    // Passwords that were made are shown, whatever else happened.
    if (ended.issued.length) onIssued(ended.issued);
    setIsRunning(false);
    if (ended.failed.length || isStopped.current) return;
    showToast('ok', t('bulkDone', { count: ended.done }));
    onClose();
  };
  const names = format.list(
    rows.slice(0, NAMED).map(({ device }) => device.name),
    NAMES_LIST,
  );
  const close = () => {
    isStopped.current = true;
    onClose();
  };

  return (
    <Modal
      isOpen
      onOpenChange={close}
      title={t('bulkTitle', { count: rows.length })}
      description={rows.length > NAMED ? t('bulkNames', { names, count: rows.length - NAMED }) : names}
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
        <Field
          label={t('bulkRecipients')}
          hint={t('bulkRecipientsHint')}
          error={wrong === null ? undefined : t('problem.badRecipient', { value: wrong })}
        >
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
      {action === 'rotate' ? (
        <>
          <KeepOldSelect minutes={keepOldMinutes} onChange={setKeepOldMinutes} />
          <p className="text-ink-soft">{t('bulkRotateText')}</p>
        </>
      ) : null}
      {progress?.isWaiting && isRunning ? <p role="status">{t('waitsForLine')}</p> : null}
      {progress && !isRunning ? (
        <div role="alert" className="grid gap-2">
          <p>{t('ended', { done: progress.done - progress.failed.length, total: progress.total })}</p>
          <FailedLines failed={progress.failed} hasLines={false} />
        </div>
      ) : null}
    </Modal>
  );
}
