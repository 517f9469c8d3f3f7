import type { ReactNode } from 'react';

interface PageHeaderProps {
  title: ReactNode;
  lead?: ReactNode;
  action?: ReactNode;
  /** Above the title: the way back. */
  back?: ReactNode;
}

export function PageHeader({ title, lead, action, back }: PageHeaderProps) {
  return (
    <header className="mb-6 grid gap-3 sm:mb-8">
      {back}
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
        <div className="grid max-w-3xl gap-1.5">
          <h1 className="text-2xl sm:text-3xl">{title}</h1>
          {lead ? <p className="text-ink-soft">{lead}</p> : null}
        </div>
        {action ? <div className="flex flex-wrap gap-3 max-sm:w-full max-sm:*:flex-1">{action}</div> : null}
      </div>
    </header>
  );
}
