import type { ReactNode, Ref } from 'react';
import { classNames } from './class-names.ts';

interface TableFrameProps {
  /** Read out as the table's name. */
  caption: string;
  head: ReactNode;
  /** One or more `TableRows`. */
  children: ReactNode;
  className?: string;
}

/** The look of a table; rows and columns come from TanStack Table. */
export function TableFrame({ caption, head, children, className }: TableFrameProps) {
  return (
    <div className={classNames('overflow-hidden rounded-lg border border-line bg-surface shadow-lift', className)}>
      <table className="w-full border-collapse text-left">
        <caption className="sr-only">{caption}</caption>
        <thead className="border-b border-line bg-sunken text-sm text-ink-soft">{head}</thead>
        {children}
      </table>
    </div>
  );
}

/** A group of rows, with lines between them and to the group above. */
export function TableRows({ children, ref }: { children: ReactNode; ref?: Ref<HTMLTableSectionElement> }) {
  return (
    <tbody ref={ref} className="divide-y divide-line border-line not-first-of-type:border-t">
      {children}
    </tbody>
  );
}

export function HeadCell({ children, className }: { children?: ReactNode; className?: string }) {
  return (
    <th scope="col" className={classNames('px-4 py-2.5 font-semibold', className)}>
      {children}
    </th>
  );
}

export function Cell({ children, className }: { children?: ReactNode; className?: string }) {
  return <td className={classNames('px-4 py-3 align-middle', className)}>{children}</td>;
}
