'use client';
import Link from 'next/link';
import type { ComponentProps } from 'react';

type ItemLinkProps = Omit<ComponentProps<typeof Link>, 'prefetch'>;

/**
 * To the page of one thing. It is fetched when it is wanted: a list has thousands of them, and each that came into sight was a request of 2 KB
 * (some 200 KB for ten screens of the log).
 */
export function ItemLink(props: ItemLinkProps) {
  return <Link {...props} prefetch={false} />;
}
