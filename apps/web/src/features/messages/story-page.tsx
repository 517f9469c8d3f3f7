'use client';
import type { MessageDetail } from '@hikyaku/contracts';
import { Badge, Card, PageHeader, SkeletonRows } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { ArrivalQuestion } from '../arrivals/arrival-question.tsx';
import { useMe } from '../session/me-context.tsx';
import { BackLink } from '../shell/back-link.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { useMessage } from './queries.ts';
import { StoryBounces } from './story-bounces.tsx';
import { StoryChanges } from './story-changes.tsx';
import { StoryDigested } from './story-digested.tsx';
import { StoryFacts } from './story-facts.tsx';
import { StoryNow } from './story-now.tsx';
import { StoryRecipients } from './story-recipients.tsx';
import { StoryTimeline } from './story-timeline.tsx';
import { lastLog } from './use-message-filter.ts';

export function StoryPage({ id }: { id: string }) {
  const common = useTranslations('common');
  const { data: message, error, refetch } = useMessage(id);
  if (message) return <Story message={message} />;
  return error ? <LoadFailed level={1} error={error} onRetry={refetch} /> : <SkeletonRows label={common('loading')} />;
}

function Story({ message }: { message: MessageDetail }) {
  const t = useTranslations('story');
  const log = useTranslations('messages');
  const isSandbox = useMe().environment === 'sandbox';
  const title = message.subject ?? log('noSubject');
  return (
    <>
      <PageTitle>{title}</PageTitle>
      <PageHeader
        back={<BackLink href={lastLog()} label={t('back')} />}
        title={title}
        lead={
          <span className="flex flex-wrap gap-2">
            {message.isTest ? <Badge tone="info">{log('test')}</Badge> : null}
            {isSandbox ? <Badge tone="warn">{t('sandbox')}</Badge> : null}
          </span>
        }
      />
      <div className="grid grid-cols-1 gap-6">
        <StoryNow message={message} />
        <StoryBounces bounces={message.bounces} />
        {message.isTest && message.state === 'sent' ? (
          <Card>
            <ArrivalQuestion message={message} />
          </Card>
        ) : null}
        <StoryDigested message={message} />
        <StoryRecipients message={message} />
        <Card title={t('storyTitle')}>
          <StoryTimeline message={message} />
        </Card>
        <StoryChanges changes={message.changes} fittings={message.fittings} />
        <Card title={t('factsTitle')}>
          <StoryFacts message={message} />
        </Card>
      </div>
    </>
  );
}
