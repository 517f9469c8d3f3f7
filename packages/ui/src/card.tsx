import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

interface CardProps {
  title?: ReactNode;
  /** Beside the title: a link or a small button. */
  action?: ReactNode;
  children: ReactNode;
  className?: string;
  /** Heading level of the title. */
  level?: 2 | 3;
}

export function Card({ title, action, children, className, level = 2 }: CardProps) {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <section className={classNames('rounded-lg border border-line bg-surface p-5 shadow-lift sm:p-6', className)}>
      {title || action ? (
        <div className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          {title ? <Heading className="text-lg">{title}</Heading> : null}
          {action}
        </div>
      ) : null}
      {children}
    </section>
  );
}
