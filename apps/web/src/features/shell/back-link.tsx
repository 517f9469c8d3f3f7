import { classNames } from '@hikyaku/ui';
import { ChevronLeft } from 'lucide-react';
import Link from 'next/link';

/** The way back above a page's title. */
export function BackLink({ href, label, className }: { href: string; label: string; className?: string }) {
  return (
    <Link
      href={href}
      className={classNames(
        'inline-flex min-h-11 w-fit items-center gap-1 rounded-md font-semibold text-ai no-underline',
        className,
      )}
    >
      <ChevronLeft aria-hidden="true" className="size-5" />
      {label}
    </Link>
  );
}
