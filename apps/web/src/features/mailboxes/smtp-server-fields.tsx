'use client';
import type { SmtpPreset } from '@hikyaku/devices';
import { Field, Input, Select } from '@hikyaku/ui';
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { UseFormReturn } from 'react-hook-form';
import type { SmtpValues } from './smtp-values.ts';

const SECURITY_TEXTS = { tls: 'securityTls', starttls: 'securityStarttls', none: 'securityNone' } as const;

interface SmtpServerFieldsProps {
  form: UseFormReturn<SmtpValues>;
  preset: SmtpPreset;
  /** Every port on which mail is handed in. */
  knownPorts: SmtpPreset['ports'];
  isOpen: boolean;
  onToggle: (isOpen: boolean) => void;
  /** The account is known: another server would be another account. */
  isHostFixed: boolean;
  errorOf: (name: keyof SmtpValues) => string | undefined;
}

/** Server, port and encryption: folded while the service is known. */
export function SmtpServerFields(props: SmtpServerFieldsProps) {
  const t = useTranslations('smtp');
  const { form, preset, knownPorts, errorOf } = props;
  const { register, watch, getValues, setValue } = form;
  const portTyped = () => {
    const known = knownPorts.find(({ port }) => String(port) === getValues('port'));
    if (known) setValue('security', known.security);
  };
  return (
    <details
      open={props.isOpen || undefined}
      onToggle={(event) => props.onToggle(event.currentTarget.open)}
      className="group rounded-md border border-line"
    >
      <summary className="flex min-h-12 cursor-pointer list-none items-center gap-2 rounded-md px-4 py-2 hover:bg-sunken">
        <ChevronRight
          aria-hidden="true"
          className="size-5 shrink-0 text-ink-soft transition-transform group-open:rotate-90"
        />
        <span className="shrink-0 font-semibold">{t('server')}</span>
        <span className="min-w-0 truncate text-sm text-ink-soft group-open:hidden">
          {[watch('host'), watch('port')].filter(Boolean).join(' : ')}
        </span>
      </summary>
      <div className="grid gap-5 px-4 pt-2 pb-5">
        <Field label={t('host')} error={errorOf('host')} isRequired>
          <Input
            {...register('host')}
            placeholder={preset.hostExample}
            readOnly={props.isHostFixed}
            autoComplete="off"
            autoCapitalize="off"
            inputMode="url"
            spellCheck={false}
          />
        </Field>
        <Field label={t('port')} error={errorOf('port')} isRequired>
          <Input inputMode="numeric" autoComplete="off" {...register('port', { onChange: portTyped })} />
        </Field>
        <Field label={t('security')} error={errorOf('security')}>
          <Select {...register('security')}>
            {(['tls', 'starttls', 'none'] as const).map((name) => (
              <option key={name} value={name}>
                {t(SECURITY_TEXTS[name])}
              </option>
            ))}
          </Select>
        </Field>
      </div>
    </details>
  );
}
