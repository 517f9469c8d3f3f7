import { classNames } from './class-names.ts';

/** A grey shape where something is about to appear. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={classNames('block animate-pulse rounded-sm bg-sunken', className)} />;
}

interface SkeletonRowsProps {
  count?: number;
  /** Read out instead of the shapes. */
  label: string;
}

export function SkeletonRows({ count = 4, label }: SkeletonRowsProps) {
  return (
    <div role="status" className="grid gap-3">
      <span className="sr-only">{label}</span>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the shapes have no identity
        <Skeleton key={index} className="h-16 w-full" />
      ))}
    </div>
  );
}
