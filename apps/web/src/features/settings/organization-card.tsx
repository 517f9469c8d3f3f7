'use client';
import type { Tenant } from '@hikyaku/contracts';
import { Button, Card, Field, Form, Input, Select, SkeletonRows, SwitchField, useToast } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useForm } from 'react-hook-form';
import { useFieldError } from '../../forms/use-field-error.ts';
import { useRules } from '../../forms/use-rules.ts';
import { useCanEdit } from '../session/me-context.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { type OrganizationValues, toTenantUpdate } from './organization-values.ts';
import { useTenant, useUpdateTenant } from './queries.ts';
import { ZoneOptions } from './zone-options.tsx';

const RETENTION_DAYS = [7, 30, 90, 365, 730];

const loadRules = () => import('./organization-rules.ts').then(({ organizationRules }) => organizationRules);

export function OrganizationCard() {
  const t = useTranslations('settings');
  const common = useTranslations('common');
  const { data, error, refetch } = useTenant();
  if (data) return <OrganizationForm tenant={data} />;
  return (
    <Card title={t('organizationTitle')}>
      {error ? <LoadFailed error={error} onRetry={refetch} /> : <SkeletonRows count={2} label={common('loading')} />}
    </Card>
  );
}

function OrganizationForm({ tenant }: { tenant: Tenant }) {
  const t = useTranslations('settings');
  const common = useTranslations('common');
  const fieldError = useFieldError();
  const showToast = useToast();
  const canEdit = useCanEdit();
  const { mutate, error, isPending } = useUpdateTenant();
  const { register, handleSubmit, formState, watch, setValue, reset } = useForm<OrganizationValues>({
    resolver: useRules(loadRules),
    defaultValues: {
      name: tenant.name,
      hideSubjects: tenant.hideSubjects,
      retentionDays: tenant.retentionDays,
      timeZone: tenant.timeZone ?? '',
    },
  });
  const days = RETENTION_DAYS.includes(tenant.retentionDays)
    ? RETENTION_DAYS
    : [tenant.retentionDays, ...RETENTION_DAYS];
  const save = (values: OrganizationValues) =>
    mutate(toTenantUpdate(values), {
      onSuccess: () => {
        reset(values);
        showToast('ok', common('saved'));
      },
    });

  return (
    <Form className="grid gap-6" onSubmit={handleSubmit(save)}>
      <Card title={t('organizationTitle')}>
        <div className="grid gap-5">
          <Field label={t('organizationName')} error={fieldError(formState.errors.name)} isRequired>
            <Input {...register('name')} disabled={!canEdit} autoComplete="organization" />
          </Field>
          <Field label={t('timeZone')} hint={t('timeZoneHint')} error={fieldError(formState.errors.timeZone)}>
            <Select {...register('timeZone')} disabled={!canEdit}>
              <option value="">{t('timeZoneOwn')}</option>
              <ZoneOptions kept={tenant.timeZone} />
            </Select>
          </Field>
        </div>
      </Card>
      <Card title={t('privacyTitle')}>
        <div className="grid gap-5">
          <p className="text-ink-soft">{t('privacyText')}</p>
          <SwitchField
            label={t('hideSubjects')}
            hint={t('hideSubjectsHint')}
            isChecked={watch('hideSubjects')}
            onChange={(isChecked) => setValue('hideSubjects', isChecked, { shouldDirty: true })}
            isDisabled={!canEdit}
          />
          <Field label={t('retention')}>
            <Select {...register('retentionDays', { valueAsNumber: true })} disabled={!canEdit}>
              {days.map((count) => (
                <option key={count} value={count}>
                  {t('retentionDays', { days: count })}
                </option>
              ))}
            </Select>
          </Field>
        </div>
      </Card>
      <ProblemNotice error={error} />
      {canEdit ? (
        <Button
          type="submit"
          isBusy={formState.isSubmitting || isPending}
          disabled={!formState.isDirty}
          className="justify-self-start max-sm:w-full"
        >
          {common('save')}
        </Button>
      ) : (
        <p className="text-ink-soft">{common('viewerHint')}</p>
      )}
    </Form>
  );
}
