'use client';
import { useLocale, useTranslations } from 'next-intl';

export interface ProblemText {
  what: string;
  todo: string;
  /** Both, one after the other. */
  all: string;
  /** False for a code that is not ours, such as a provider's. */
  isKnown: boolean;
}

/** An error code of the registry in the reader's words: what happened, what to change. */
export function useProblemText(): (code: string) => ProblemText {
  const t = useTranslations('problems');
  // Japanese sentences have nothing between them.
  const between = useLocale() === 'ja' ? '' : ' ';
  return (code) => {
    const key = code as 'bug.unknown';
    const isKnown = t.has(`${key}.what`);
    const [what, todo] = isKnown
      ? [t(`${key}.what`), t(`${key}.todo`)]
      : [t('unknown.what', { code }), t('unknown.todo')];
    return { what, todo, all: what + between + todo, isKnown };
  };
}
