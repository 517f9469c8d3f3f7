'use client';
import { Button, EmptyState } from '@hikyaku/ui';
import { CloudOff, Lock } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { ApiProblem, problemCode } from '../../api/problem.ts';
import { useProblemText } from '../../i18n/use-problem-text.ts';
import { NotFoundView } from './not-found-view.tsx';

interface LoadFailedProps {
  error: Error;
  onRetry: () => unknown;
  /** 1 where it stands for the whole page. */
  level?: 1 | 2;
}

/** Instead of a page's content: no permission, nothing there, or it could not be loaded. */
export function LoadFailed({ error, onRetry, level = 2 }: LoadFailedProps) {
  const t = useTranslations('common');
  const problemText = useProblemText();
  if (error instanceof ApiProblem && error.status === 403) {
    return (
      <EmptyState level={level} icon={<Lock aria-hidden="true" className="size-6" />} title={t('noPermissionTitle')}>
        {t('noPermissionText')}
      </EmptyState>
    );
  }
  // A malformed id in the address is refused as invalid; for the reader it is a page that does not exist.
  if (error instanceof ApiProblem && (error.status === 404 || error.status === 400)) return <NotFoundView />;
  const { what, todo } = problemText(problemCode(error));
  return (
    <EmptyState
      level={level}
      icon={<CloudOff aria-hidden="true" className="size-6" />}
      title={t('errorTitle')}
      action={<Button onClick={() => onRetry()}>{t('retry')}</Button>}
    >
      <p>{what}</p>
      <p>{todo}</p>
    </EmptyState>
  );
}
