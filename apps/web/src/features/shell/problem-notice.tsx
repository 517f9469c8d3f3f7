'use client';
import { Notice } from '@hikyaku/ui';
import { CircleAlert } from 'lucide-react';
import { problemCode } from '../../api/problem.ts';
import { useProblemText } from '../../i18n/use-problem-text.ts';

/** What went wrong with something the reader has just done, and what to do. Nothing while there is no error. */
export function ProblemNotice({ error }: { error: Error | null }) {
  const problemText = useProblemText();
  if (!error) return null;
  const { what, todo } = problemText(problemCode(error));
  return (
    <Notice tone="bad" isAlert icon={<CircleAlert aria-hidden="true" className="size-5" />} title={what}>
      {todo}
    </Notice>
  );
}
