'use client';
import type { SmtpPreset } from '@hikyaku/devices';
import { Button, ButtonAnchor, Card, Field, Form, Input, Notice, Select } from '@hikyaku/ui';
import { Info, TriangleAlert } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import { problemCode } from '../../api/problem.ts';
import { plainText } from '../../forms/plain-text.ts';
import { useFieldError } from '../../forms/use-field-error.ts';
import { useRules } from '../../forms/use-rules.ts';
import { useProblemText } from '../../i18n/use-problem-text.ts';
import { useMe } from '../session/me-context.tsx';
import { PasswordInput } from '../session/password-input.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { connectUrl, useConnectSmtp } from './queries.ts';
import { OUTLOOK_ADDRESS } from './service-of.ts';
import { fieldOfProblem, isPortProblem } from './smtp-problem-field.ts';
import { SmtpServerFields } from './smtp-server-fields.tsx';
import { portAfter, presetOfHost, type SmtpValues, toSmtpBody, usernameFor, wayFound } from './smtp-values.ts';
import type { useSmtpServices } from './use-smtp-services.ts';

const loadRules = () => import('./smtp-rules.ts').then(({ smtpRules }) => smtpRules);

const PASSWORD_TEXTS = { own: 'password', app: 'appPassword', issued: 'issuedPassword' } as const;

interface SmtpFormProps {
  services: NonNullable<ReturnType<typeof useSmtpServices>>;
  initial: SmtpValues;
  /** The mailbox to be connected again; null for a new one. */
  mailboxId: string | null;
}

/** Address and password of an SMTP account. The service fills in the rest, which stays open to whoever knows better. */
export function SmtpForm({ services: { smtpPresets, presetOfAddress }, initial, mailboxId }: SmtpFormProps) {
  const t = useTranslations('smtp');
  const locale = useLocale();
  const router = useRouter();
  const fieldError = useFieldError();
  const problemText = useProblemText();
  const connect = useConnectSmtp();
  const other = smtpPresets.at(-1) as SmtpPreset;
  const [preset, setPreset] = useState(mailboxId ? (presetOfHost(smtpPresets, initial.host) ?? other) : null);
  const [isUnfolded, setIsUnfolded] = useState(false);
  const form = useForm<SmtpValues>({ resolver: useRules(loadRules), defaultValues: initial });
  const { register, handleSubmit, setValue, getValues, watch, setFocus } = form;
  const { errors, dirtyFields, isSubmitting } = form.formState;

  const setPort = ({ port, security }: SmtpPreset['ports'][number]) => {
    setValue('port', String(port));
    setValue('security', security);
  };
  const choose = (chosen: SmtpPreset) => {
    setPreset(chosen);
    setIsUnfolded(false);
    connect.reset();
    setValue('host', chosen.host ?? '');
    setValue('username', usernameFor(chosen, getValues('address')));
    if (chosen.ports[0]) setPort(chosen.ports[0]);
  };
  /** While it is typed only a service that is known speaks up; what is left then is a server of its own. */
  const followAddress = (ifUnknown: SmtpPreset | null) => {
    const typed = plainText(getValues('address'));
    const found = presetOfAddress(typed) ?? preset ?? ifUnknown;
    if (mailboxId || !found || !typed.includes('@')) return;
    if (found !== preset) choose(found);
    else if (!dirtyFields.username) setValue('username', usernameFor(found, typed));
  };

  const code = connect.error ? problemCode(connect.error) : '';
  const wrongField = fieldOfProblem(code);
  const errorOf = (name: keyof SmtpValues) => {
    return fieldError(errors[name]) ?? (wrongField === name ? problemText(code).all : undefined);
  };
  useEffect(() => {
    if (wrongField) setFocus(wrongField);
  }, [wrongField, setFocus]);

  const submit = (values: SmtpValues) =>
    connect.mutate(
      { ...toSmtpBody(values), ...(mailboxId ? { mailboxId } : {}) },
      { onSuccess: ({ id }) => router.push(`/mailboxes?connected=${id}`) },
    );
  const found = wayFound(connect.error);
  const next = found ?? (isPortProblem(code) && preset ? portAfter(preset.ports, watch('port')) : undefined);
  const isServerWrong = (['host', 'port', 'security'] as const).some(errorOf);
  const isServerShown = isUnfolded || isServerWrong || (preset?.host === null && !mailboxId);
  const isUsernameShown =
    isServerShown || preset?.username !== 'address' || Boolean(errorOf('username')) || Boolean(mailboxId);

  return (
    <Card className="max-w-2xl">
      <Form className="grid gap-6" onSubmit={handleSubmit(submit)}>
        <Field label={t('address')} hint={t('addressHint')} error={errorOf('address')} isRequired>
          <Input
            type="email"
            inputMode="email"
            autoComplete="email"
            {...register('address', { onChange: () => followAddress(null), onBlur: () => followAddress(other) })}
          />
        </Field>
        {OUTLOOK_ADDRESS.test(watch('address')) ? <OutlookNotice /> : null}
        {mailboxId ? null : (
          <Field label={t('service')}>
            <Select
              value={preset?.id ?? ''}
              onChange={(event) => choose(smtpPresets.find(({ id }) => id === event.target.value) ?? other)}
            >
              {preset ? null : <option value="">{t('serviceUnknown')}</option>}
              {smtpPresets.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name[locale]}
                </option>
              ))}
            </Select>
          </Field>
        )}
        {preset ? (
          <>
            <Notice icon={<Info aria-hidden="true" className="size-5" />}>
              <ul className="grid gap-1.5 text-sm">
                {preset.notes.map((note) => (
                  <li key={note.en}>{note[locale]}</li>
                ))}
              </ul>
            </Notice>
            {isUsernameShown ? (
              <Field
                label={t('username')}
                hint={preset.username === 'issued' ? t('usernameIssuedHint') : undefined}
                error={errorOf('username')}
                isRequired
              >
                <Input
                  {...register('username')}
                  readOnly={mailboxId !== null}
                  autoComplete="off"
                  autoCapitalize="off"
                  spellCheck={false}
                />
              </Field>
            ) : null}
            <Field
              label={t(PASSWORD_TEXTS[preset.password])}
              hint={preset.password === 'app' ? t('appPasswordHint') : undefined}
              error={errorOf('password')}
              isRequired
            >
              <PasswordInput autoComplete="off" autoCapitalize="off" spellCheck={false} {...register('password')} />
            </Field>
            <SmtpServerFields
              form={form}
              preset={preset}
              knownPorts={other.ports}
              isOpen={isServerShown}
              onToggle={setIsUnfolded}
              isHostFixed={mailboxId !== null}
              errorOf={errorOf}
            />
          </>
        ) : null}
        {wrongField ? null : <ProblemNotice error={connect.error} />}
        <div className="grid gap-3 sm:flex sm:flex-wrap sm:items-center">
          <Button type="submit" isBusy={isSubmitting || connect.isPending || connect.isSuccess} disabled={!preset}>
            {t('connect')}
          </Button>
          {next && !connect.isPending ? (
            <Button
              tone="secondary"
              onClick={() => {
                setPort(next);
                void handleSubmit(submit)();
              }}
            >
              {t(found ? 'portFound' : 'tryPort', { port: String(next.port) })}
            </Button>
          ) : null}
        </div>
        <p role="status" className="text-sm text-ink-soft">
          {connect.isPending ? t('testing') : t('testText')}
        </p>
      </Form>
    </Card>
  );
}

/** They take no password since 16 September 2024 (facts of providers, section 4). */
function OutlookNotice() {
  const t = useTranslations('smtp');
  const mailboxes = useTranslations('mailboxes');
  const { providers } = useMe();
  return (
    <Notice
      tone="warn"
      icon={<TriangleAlert aria-hidden="true" className="size-5" />}
      title={t('outlookTitle')}
      action={
        providers.microsoft ? (
          <ButtonAnchor href={connectUrl('microsoft')}>{mailboxes('connectMicrosoft')}</ButtonAnchor>
        ) : null
      }
    >
      {t('outlookText')}
    </Notice>
  );
}
