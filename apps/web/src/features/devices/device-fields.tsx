'use client';
import type { Mailbox } from '@hikyaku/contracts';
import type { DeviceFamily } from '@hikyaku/devices';
import { ChoiceGroup, Field, Input, Select, SwitchField, Textarea } from '@hikyaku/ui';
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import { useFieldError } from '../../forms/use-field-error.ts';
import { GroupInput } from '../groups/group-input.tsx';
import { useGroups } from '../groups/queries.ts';
import { MailboxSelect } from '../mailboxes/mailbox-select.tsx';
import { SenderChoice } from '../senders/sender-choice.tsx';
import { type DeviceValues, hasAddressList } from './device-values.ts';
import { FallbackChoice } from './fallback-choice.tsx';
import { familyPolicy } from './families.ts';
import { FamilyPicker } from './family-picker.tsx';

// What owners' equipment is known to write without saying so (device facts, 5.6).
const CHARSETS = [
  { value: 'shift_jis', key: 'charsetJapanese', name: 'Shift_JIS' },
  { value: 'euc-jp', key: 'charsetJapanese', name: 'EUC-JP' },
  { value: 'iso-2022-jp', key: 'charsetJapanese', name: 'ISO-2022-JP' },
  { value: 'gb18030', key: 'charsetChinese', name: 'GB18030' },
  { value: 'big5', key: 'charsetChinese', name: 'Big5' },
] as const;

interface DeviceFieldsProps {
  form: UseFormReturn<DeviceValues>;
  /** Loaded already: a select without its option would show another one. */
  mailboxes: readonly Mailbox[];
}

/** Everything an owner may set for a device, the rare things folded away. */
export function DeviceFields({ form, mailboxes }: DeviceFieldsProps) {
  const t = useTranslations('devices');
  const sites = useTranslations('groups');
  const fieldError = useFieldError();
  const { register, watch, setValue } = form;
  const { errors } = form.formState;
  const mode = watch('recipientsMode');
  const hasGroups = Boolean(useGroups().data?.items.length);
  const site = (
    <Field label={sites('name')} hint={sites('nameHint')}>
      <GroupInput {...register('group')} />
    </Field>
  );
  const isListed = hasAddressList(mode);
  const mailboxId = watch('mailboxId');
  const set = <Name extends keyof DeviceValues>(name: Name, value: DeviceValues[Name]) =>
    setValue(name, value as never, { shouldDirty: true });
  const choose = (family: DeviceFamily | null) => {
    set('family', family?.id ?? null);
    if (!family) return;
    // Before anything is issued: what is typed into the device has to be let in.
    set('allowPlainAuth', familyPolicy(family).allowPlainAuth);
  };
  // Its other addresses are of the mailbox before, and nobody's other mailbox is the one that it has.
  const moveTo = ({ target }: { target: { value: string } }) => {
    set('senderId', '');
    if (target.value === watch('fallbackMailboxId')) set('fallbackMailboxId', '');
  };
  return (
    <>
      <FamilyPicker familyId={watch('family')} onChange={choose} />
      <Field label={t('name')} hint={t('nameHint')} error={fieldError(errors.name)} isRequired>
        <Input {...register('name')} autoComplete="off" />
      </Field>
      <Field label={t('mailbox')} error={fieldError(errors.mailboxId)} isRequired>
        <MailboxSelect
          mailboxes={mailboxes}
          chosen={mailboxId}
          none={mailboxId === '' ? t('noMailbox') : undefined}
          {...register('mailboxId', { onChange: moveTo })}
        />
      </Field>
      <SenderChoice
        mailboxId={mailboxId}
        value={watch('senderId')}
        error={fieldError(errors.senderId)}
        onChange={(senderId) => set('senderId', senderId)}
      />
      <FallbackChoice
        mailboxes={mailboxes.filter(({ id }) => id !== mailboxId)}
        value={watch('fallbackMailboxId')}
        error={fieldError(errors.fallbackMailboxId)}
        onChange={(id) => set('fallbackMailboxId', id)}
      />
      {hasGroups ? site : null}
      <ChoiceGroup
        label={t('recipientsMode')}
        value={mode}
        onChange={(value) => set('recipientsMode', value)}
        choices={[
          { value: 'device', label: t('modeDevice'), hint: t('modeDeviceHint') },
          { value: 'domains', label: t('modeDomains'), hint: t('modeDomainsHint') },
          { value: 'replace', label: t('modeReplace'), hint: t('modeReplaceHint') },
          { value: 'allow', label: t('modeAllow'), hint: t('modeAllowHint') },
        ]}
      />
      {mode === 'domains' ? (
        <Field
          label={t('recipientDomains')}
          hint={t('recipientDomainsHint')}
          error={fieldError(errors.recipientDomains)}
          isRequired
        >
          <Textarea {...register('recipientDomains')} inputMode="url" autoCapitalize="off" spellCheck={false} />
        </Field>
      ) : null}
      {isListed ? (
        <Field label={t('recipients')} hint={t('recipientsHint')} error={fieldError(errors.recipients)} isRequired>
          <Textarea {...register('recipients')} inputMode="email" autoCapitalize="off" spellCheck={false} />
        </Field>
      ) : null}
      <Folded
        title={t('older')}
        isOpen={watch('allowPlainAuth') || watch('popBeforeSmtp') || watch('allowedAddresses') !== ''}
      >
        <p className="text-sm text-ink-soft">{t('olderHint')}</p>
        <SwitchField
          label={t('allowPlainAuth')}
          hint={t('allowPlainAuthHint')}
          isChecked={watch('allowPlainAuth')}
          onChange={(isChecked) => set('allowPlainAuth', isChecked)}
        />
        {isListed ? (
          <>
            <SwitchField
              label={t('popBeforeSmtp')}
              hint={t('popBeforeSmtpHint')}
              isChecked={watch('popBeforeSmtp')}
              onChange={(isChecked) => set('popBeforeSmtp', isChecked)}
            />
            <Field
              label={t('allowedAddresses')}
              hint={t('allowedAddressesHint')}
              error={fieldError(errors.allowedAddresses)}
            >
              <Textarea {...register('allowedAddresses')} autoCapitalize="off" spellCheck={false} />
            </Field>
          </>
        ) : (
          <p className="text-sm text-ink-soft">{t('noLoginNeedsList')}</p>
        )}
      </Folded>
      <Folded
        title={t('tuning')}
        isOpen={Boolean(errors.subjectPrefix) || watch('legacyTls') === 'refuse' || watch('smallerPictures')}
      >
        {hasGroups ? null : site}
        <Field label={t('subjectPrefix')} hint={t('subjectPrefixHint')} error={fieldError(errors.subjectPrefix)}>
          <Input {...register('subjectPrefix')} autoComplete="off" />
        </Field>
        <SwitchField
          label={t('smallerPictures')}
          hint={t('smallerPicturesHint')}
          isChecked={watch('smallerPictures')}
          onChange={(isChecked) => set('smallerPictures', isChecked)}
        />
        <Field label={t('charset')} hint={t('charsetHint')}>
          <Select {...register('charset')}>
            <option value="">{t('charsetAuto')}</option>
            {CHARSETS.map(({ value, key, name }) => (
              <option key={value} value={value}>
                {t(key, { name })}
              </option>
            ))}
          </Select>
        </Field>
        <SwitchField
          label={t('legacyTls')}
          hint={t('legacyTlsHint')}
          isChecked={watch('legacyTls') === 'refuse'}
          onChange={(isChecked) => set('legacyTls', isChecked ? 'refuse' : 'allow')}
        />
      </Folded>
    </>
  );
}

function Folded({ title, isOpen, children }: { title: string; isOpen: boolean; children: ReactNode }) {
  return (
    <details open={isOpen || undefined} className="group rounded-md border border-line">
      <summary className="flex min-h-12 cursor-pointer list-none items-center gap-2 rounded-md px-4 font-semibold hover:bg-sunken">
        <ChevronRight aria-hidden="true" className="size-5 text-ink-soft transition-transform group-open:rotate-90" />
        {title}
      </summary>
      <div className="grid gap-5 px-4 pt-2 pb-5">{children}</div>
    </details>
  );
}
