'use client';
import type { ChannelKind } from '@hikyaku/contracts';
import { Button, buttonClass, Card, Field, Form, Input, Notice, Select } from '@hikyaku/ui';
import { Check } from 'lucide-react';
import Link from 'next/link';
import { useLocale, useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { useForm } from 'react-hook-form';
import { ApiProblem } from '../../api/problem.ts';
import { useFieldError } from '../../forms/use-field-error.ts';
import { useRules } from '../../forms/use-rules.ts';
import { MailboxSelect } from '../mailboxes/mailbox-select.tsx';
import { useMailboxes } from '../mailboxes/queries.ts';
import { useMe } from '../session/me-context.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { WebhookSecretField } from './channel-card.tsx';
import { CHANNEL_FIELDS, type ChannelValues, OPTIONAL_FIELDS, toChannelBody } from './channel-values.ts';
import { useAddChannel } from './queries.ts';
import { PushRefused, type PushTrouble, subscribeBrowser } from './subscribe-browser.ts';

const loadRules = () => import('./channel-rules.ts').then(({ channelRules }) => channelRules);

/** The default of the topic, and an address as a broker's owner knows it. */
const MQTT_EXAMPLES = { url: 'mqtts://broker.example:8883', username: '', password: '', topic: 'hikyaku' };

interface ChannelFormProps {
  /** Those that this relay has. */
  kinds: readonly ChannelKind[];
  isFirst: boolean;
  /** To which this browser binds its subscription; null: browsers are not told. */
  pushKey: string | null;
}

/** Another way of being told. */
export function ChannelForm({ kinds, isFirst, pushKey }: ChannelFormProps) {
  const t = useTranslations('alerts');
  const connect = useTranslations('mailboxes');
  const me = useMe();
  const locale = useLocale() as 'ja' | 'en';
  const fieldError = useFieldError();
  const { mutate, data: made, error, isPending } = useAddChannel();
  const first = kinds[0] ?? 'webhook';
  const { data: mailboxes } = useMailboxes();
  const empty = {
    url: '',
    botToken: '',
    chatId: '',
    channelId: '',
    channelToken: '',
    to: '',
    mailboxId: '',
    username: '',
    password: '',
    topic: '',
    subscription: null,
  };
  const form = useForm<ChannelValues>({
    resolver: useRules(loadRules),
    defaultValues: { kind: first, name: t(`kind.${first}`), language: locale, ...empty },
  });
  const { register, handleSubmit, watch, setValue, setError, reset, formState } = form;
  const { errors, dirtyFields } = formState;
  const kind = watch('kind');
  const add = (values: ChannelValues) =>
    mutate(toChannelBody(values), {
      // What only the relay knows, at the field that it is about.
      onError: (refusal) => {
        const fields = refusal instanceof ApiProblem ? refusal.fields : {};
        if ('url' in fields) setError('url', { type: 'relay', message: 'encryptedAddress' }, { shouldFocus: true });
        if ('username' in fields) setError('username', { type: 'relay', message: 'required' }, { shouldFocus: true });
      },
      onSuccess: () => reset({ kind: values.kind, name: t(`kind.${values.kind}`), language: locale, ...empty }),
    });
  const [trouble, setTrouble] = useState<PushTrouble | null>(null);
  const [isAsking, setAsking] = useState(false);
  /** Its person is asked by the browser first, in answer to this very tap. */
  const addBrowser = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTrouble(null);
    setAsking(true);
    try {
      setValue('subscription', await subscribeBrowser(pushKey ?? ''));
      await handleSubmit(add)();
    } catch (refusal) {
      setTrouble(refusal instanceof PushRefused ? refusal.trouble : 'failed');
    } finally {
      setAsking(false);
    }
  };
  const isMailOff = kind === 'mail' && !me.user.emailVerified;
  const isMailboxMissing = kind === 'mailbox' && mailboxes?.items.length === 0;

  return (
    <Card title={isFirst ? t('addFirstTitle') : t('addTitle')}>
      <Form className="grid gap-5" onSubmit={kind === 'push' ? addBrowser : handleSubmit(add)}>
        <Field label={t('kindLabel')}>
          <Select
            {...register('kind', {
              onChange: ({ target }) => {
                if (!dirtyFields.name) setValue('name', t(`kind.${target.value as ChannelKind}`));
              },
            })}
          >
            {kinds.map((one) => (
              <option key={one} value={one}>
                {t(`kind.${one}`)}
              </option>
            ))}
          </Select>
        </Field>
        <p className="text-ink-soft">
          {kind === 'mail'
            ? t('about.mail', { address: me.user.email })
            : kind === 'mailbox' && me.user.emailVerified
              ? t('about.mailboxTo', { address: me.user.email })
              : t(`about.${kind}`)}
        </p>
        {(isMailboxMissing ? [] : CHANNEL_FIELDS[kind]).map((field) => (
          <Field
            key={field}
            label={t(`field.${field}`)}
            error={fieldError(errors[field])}
            isRequired={!OPTIONAL_FIELDS.includes(field)}
          >
            {field === 'mailboxId' ? (
              <MailboxSelect
                mailboxes={mailboxes?.items ?? []}
                chosen=""
                none={t('chooseMailbox')}
                {...register(field)}
              />
            ) : (
              <Input
                {...register(field)}
                type={field === 'password' ? 'password' : 'text'}
                autoComplete={field === 'password' ? 'new-password' : 'off'}
                spellCheck={false}
                inputMode={field === 'url' ? 'url' : 'text'}
                placeholder={kind === 'mqtt' ? MQTT_EXAMPLES[field as keyof typeof MQTT_EXAMPLES] : undefined}
              />
            )}
          </Field>
        ))}
        <Field label={t('name')} error={fieldError(errors.name)} isRequired>
          <Input {...register('name')} autoComplete="off" />
        </Field>
        {isMailOff ? <Notice tone="warn">{t('mailUnverified')}</Notice> : null}
        {kind === 'push' && trouble ? (
          <Notice tone="warn" isAlert title={t('pushTitle')}>
            {t(`pushTrouble.${trouble}`)}
          </Notice>
        ) : null}
        {isMailboxMissing ? (
          <Notice
            tone="info"
            action={
              <Link href="/mailboxes" className={buttonClass('secondary')}>
                {connect('connectTitle')}
              </Link>
            }
          >
            {t('noMailbox')}
          </Notice>
        ) : null}
        <ProblemNotice error={[errors.url, errors.username].some((one) => one?.type === 'relay') ? null : error} />
        <Button
          type="submit"
          isBusy={formState.isSubmitting || isPending || isAsking}
          disabled={isMailOff || isMailboxMissing}
          className="justify-self-start max-sm:w-full"
        >
          {kind === 'push' ? t('addBrowser') : t('add')}
        </Button>
        {made ? (
          <Notice
            tone="ok"
            icon={<Check aria-hidden="true" className="size-5" />}
            title={t('added', { name: made.channel.name })}
          >
            {t('addedText')}
          </Notice>
        ) : null}
        {made?.secret ? <WebhookSecretField secret={made.secret} hint={t('secretHint')} /> : null}
      </Form>
    </Card>
  );
}
