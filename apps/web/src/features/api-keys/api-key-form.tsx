'use client';
import type { ApiKeyMade } from '@hikyaku/contracts';
import { Button, ChoiceGroup, Field, Form, Input, Select } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useForm } from 'react-hook-form';
import { useFieldError } from '../../forms/use-field-error.ts';
import { useRules } from '../../forms/use-rules.ts';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { type ApiKeyValues, NEW_API_KEY, toApiKeyCreate } from './api-key-values.ts';
import { useMakeApiKey } from './queries.ts';

const SCOPES = ['read', 'change'] as const;

const loadRules = () => import('./api-key-rules.ts').then(({ apiKeyRules }) => apiKeyRules);

interface ApiKeyFormProps {
  onMade: (made: ApiKeyMade) => void;
  onCancel: () => void;
}

/** What a new key is called, what it may do, and for how long. */
export function ApiKeyForm({ onMade, onCancel }: ApiKeyFormProps) {
  const t = useTranslations('apiKeys');
  const common = useTranslations('common');
  const fieldError = useFieldError();
  const { mutate, error, isPending } = useMakeApiKey();
  const { register, handleSubmit, formState, watch, setValue } = useForm<ApiKeyValues>({
    resolver: useRules(loadRules),
    defaultValues: NEW_API_KEY,
  });
  const make = (values: ApiKeyValues) => mutate(toApiKeyCreate(values), { onSuccess: onMade });
  return (
    <Form className="grid gap-5 border-t border-line pt-5" onSubmit={handleSubmit(make)}>
      <Field label={t('name')} hint={t('nameHint')} error={fieldError(formState.errors.name)} isRequired>
        {/* Asked for by the button that stood here. */}
        <Input {...register('name')} autoFocus autoComplete="off" />
      </Field>
      <ChoiceGroup
        label={t('scopeLabel')}
        choices={SCOPES.map((value) => ({ value, label: t(`scope.${value}`), hint: t(`scopeHint.${value}`) }))}
        value={watch('scope')}
        onChange={(scope) => setValue('scope', scope)}
      />
      <Field label={t('howLong')}>
        <Select {...register('expiresInDays')}>
          <option value="30">{t('days', { days: 30 })}</option>
          <option value="90">{t('days', { days: 90 })}</option>
          <option value="365">{t('year')}</option>
          <option value="">{t('noEnd')}</option>
        </Select>
      </Field>
      <ProblemNotice error={error} />
      <div className="flex flex-wrap gap-3">
        <Button type="submit" isBusy={formState.isSubmitting || isPending} className="max-sm:w-full">
          {t('makeConfirm')}
        </Button>
        <Button tone="quiet" onClick={onCancel} className="max-sm:w-full">
          {common('cancel')}
        </Button>
      </div>
    </Form>
  );
}
