'use client';
import type { DeviceRules, Mailbox, MailRuleList } from '@hikyaku/contracts';
import { Button, Card, SkeletonRows, useToast } from '@hikyaku/ui';
import { Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useCanEdit } from '../session/me-context.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { type RulesOf, useRules, useSaveRules, useTryRules } from './queries.ts';
import { MAX_RULES, moveDraft, newDraft, type RuleDraft, toDraft, toRules } from './rule-draft.ts';
import { RuleRow } from './rule-row.tsx';
import { RuleTrial } from './rule-trial.tsx';

interface RulesCardProps {
  of: RulesOf;
  mailboxes: readonly Mailbox[];
}

/** The owner's rules for mail of a device, or of all devices of a site: written, tried on what came, saved. */
export function RulesCard({ of, mailboxes }: RulesCardProps) {
  const common = useTranslations('common');
  const { data, error, refetch } = useRules(of);
  if (data) return <RulesForm of={of} mailboxes={mailboxes} saved={data} />;
  return error ? <LoadFailed error={error} onRetry={refetch} /> : <SkeletonRows label={common('loading')} />;
}

function RulesForm({ of, mailboxes, saved }: RulesCardProps & { saved: MailRuleList & Partial<DeviceRules> }) {
  const t = useTranslations('rules');
  const common = useTranslations('common');
  const showToast = useToast();
  const canEdit = useCanEdit();
  const [drafts, setDrafts] = useState<RuleDraft[]>(() => saved.rules.map(toDraft));
  const save = useSaveRules(of);
  const trial = useTryRules(of);
  const rules = toRules(drafts);
  const isChanged = rules === null || JSON.stringify(rules) !== JSON.stringify(saved.rules);
  const siteRules = saved.groupRules ?? [];
  const edit = (next: RuleDraft[]): void => {
    setDrafts(next);
    // What was tried is not what stands there now.
    trial.reset();
  };
  return (
    <Card>
      <div className="grid gap-4">
        <h2 className="text-lg">{t('title')}</h2>
        <p className="text-ink-soft">{t(of.kind === 'devices' ? 'lead' : 'leadSite')}</p>
        {siteRules.length > 0 ? <p className="text-ink-soft">{t('siteRules', { count: siteRules.length })}</p> : null}
        <fieldset disabled={!canEdit} className="grid min-w-0 gap-4">
          <ol className="grid gap-4">
            {drafts.map((draft, index) => (
              <RuleRow
                key={draft.key}
                draft={draft}
                number={index + 1}
                isLast={index === drafts.length - 1}
                mailboxes={mailboxes}
                onChange={(changes) => edit(drafts.map((one) => (one === draft ? { ...one, ...changes } : one)))}
                onMove={(by) => edit(moveDraft(drafts, index, by))}
                onRemove={() => edit(drafts.filter((one) => one !== draft))}
              />
            ))}
          </ol>
        </fieldset>
        {canEdit ? (
          <>
            {drafts.length < MAX_RULES ? (
              <Button tone="secondary" className="justify-self-start" onClick={() => edit([...drafts, newDraft()])}>
                <Plus aria-hidden="true" className="size-5" />
                {t('add')}
              </Button>
            ) : null}
            <ProblemNotice error={save.error ?? trial.error} />
            <div className="flex flex-wrap gap-3">
              <Button
                isBusy={save.isPending}
                disabled={rules === null || !isChanged}
                onClick={() => rules && save.mutate(rules, { onSuccess: () => showToast('ok', common('saved')) })}
              >
                {common('save')}
              </Button>
              <Button
                tone="secondary"
                isBusy={trial.isPending}
                disabled={rules === null || drafts.length + siteRules.length === 0}
                onClick={() => rules && trial.mutate(rules)}
              >
                {t('try')}
              </Button>
            </div>
          </>
        ) : null}
        {trial.data ? <RuleTrial trial={trial.data} /> : null}
      </div>
    </Card>
  );
}
