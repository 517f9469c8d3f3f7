'use client';
import { useTranslations } from 'next-intl';

export interface ProblemText {
  what: string;
  todo: string;
  /** False for a code that is not ours, such as a provider's. */
  isKnown: boolean;
}

/** An error code of the registry in the reader's words: what happened, what to change. */
export function useProblemText(): (code: string) => ProblemText {
  const t = useTranslations('problems');
  return (code) => {
    const key = code as 'bug.unknown';
    if (!t.has(`${key}.what`)) return { what: t('unknown.what', { code }), todo: t('unknown.todo'), isKnown: false };
    return { what: t(`${key}.what`), todo: t(`${key}.todo`), isKnown: true };
  };
}
