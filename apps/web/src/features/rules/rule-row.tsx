'use client';
import type { Mailbox, MailRule } from '@hikyaku/contracts';
import { Button, Field, Input, Select, Textarea } from '@hikyaku/ui';
import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { MailboxSelect } from '../mailboxes/mailbox-select.tsx';
import { MAX_MATCHES, type RuleDraft } from './rule-draft.ts';

const ACTIONS = [
  'send',
  'digest',
  'recipients',
  'mailbox',
  'heartbeat',
  'drop',
] as const satisfies MailRule['action'][];
/** How often gathered mail leaves; minutes. */
const INTERVALS = [15, 60, 360, 1440];

interface RuleRowProps {
  draft: RuleDraft;
  number: number;
  isLast: boolean;
  mailboxes: readonly Mailbox[];
  onChange(changes: Partial<RuleDraft>): void;
  onMove(by: -1 | 1): void;
  onRemove(): void;
}

/** One rule: if … then …, and its place in the list. */
export function RuleRow({ draft, number, isLast, mailboxes, onChange, onMove, onRemove }: RuleRowProps) {
  const t = useTranslations('rules');
  return (
    <li className="grid gap-4 rounded-md border border-line p-4">
      <div className="flex items-center gap-1">
        <h3 className="mr-auto text-base">{t('number', { number })}</h3>
        <Button
          tone="quiet"
          size="sm"
          aria-label={t('up', { number })}
          disabled={number === 1}
          onClick={() => onMove(-1)}
        >
          <ArrowUp aria-hidden="true" className="size-5" />
        </Button>
        <Button tone="quiet" size="sm" aria-label={t('down', { number })} disabled={isLast} onClick={() => onMove(1)}>
          <ArrowDown aria-hidden="true" className="size-5" />
        </Button>
        <Button tone="quiet" size="sm" aria-label={t('remove', { number })} onClick={onRemove}>
          <Trash2 aria-hidden="true" className="size-5" />
        </Button>
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('field')}>
          <Select
            value={draft.field}
            onChange={(event) => onChange({ field: event.target.value === 'recipient' ? 'recipient' : 'subject' })}
          >
            <option value="subject">{t('fieldSubject')}</option>
            <option value="recipient">{t('fieldRecipient')}</option>
          </Select>
        </Field>
        <Field label={t(draft.field === 'subject' ? 'words' : 'address')}>
          <Input
            value={draft.matches}
            maxLength={MAX_MATCHES}
            placeholder={t(draft.field === 'subject' ? 'wordsExample' : 'addressExample')}
            autoComplete="off"
            autoCapitalize="off"
            onChange={(event) => onChange({ matches: event.target.value })}
          />
        </Field>
        <Field label={t('action')}>
          <Select
            value={draft.action}
            onChange={(event) =>
              onChange({ action: ACTIONS.find((action) => action === event.target.value) ?? draft.action })
            }
          >
            {ACTIONS.map((action) => (
              <option key={action} value={action}>
                {t(`actions.${action}`)}
              </option>
            ))}
          </Select>
        </Field>
        <RuleDetail draft={draft} mailboxes={mailboxes} onChange={onChange} />
      </div>
    </li>
  );
}

/** What an action has to know beside its name. */
function RuleDetail({ draft, mailboxes, onChange }: Pick<RuleRowProps, 'draft' | 'mailboxes' | 'onChange'>) {
  const t = useTranslations('rules');
  if (draft.action === 'digest') {
    const choices = INTERVALS.includes(draft.digestMinutes) ? INTERVALS : [draft.digestMinutes, ...INTERVALS];
    return (
      <Field label={t('interval')}>
        <Select
          value={String(draft.digestMinutes)}
          onChange={(event) => onChange({ digestMinutes: Number(event.target.value) })}
        >
          {choices.map((minutes) => (
            <option key={minutes} value={minutes}>
              {minutes % 60 === 0 ? t('everyHours', { count: minutes / 60 }) : t('everyMinutes', { count: minutes })}
            </option>
          ))}
        </Select>
      </Field>
    );
  }
  if (draft.action === 'mailbox') {
    return (
      <Field label={t('mailbox')}>
        <MailboxSelect
          mailboxes={mailboxes}
          chosen={draft.mailboxId}
          none={t('choose')}
          value={draft.mailboxId}
          onChange={(event) => onChange({ mailboxId: event.target.value })}
        />
      </Field>
    );
  }
  if (draft.action !== 'recipients') return null;
  return (
    <Field label={t('recipients')} hint={t('recipientsHint')}>
      <Textarea
        value={draft.recipients}
        autoComplete="off"
        autoCapitalize="off"
        onChange={(event) => onChange({ recipients: event.target.value })}
      />
    </Field>
  );
}
