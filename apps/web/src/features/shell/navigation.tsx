'use client';
import { classNames } from '@hikyaku/ui';
import { Bell, House, Inbox, Mail, Settings, Video } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';

const PLACES = [
  { href: '/', key: 'overview', Icon: House },
  { href: '/messages', key: 'messages', Icon: Inbox },
  { href: '/devices', key: 'devices', Icon: Video },
  { href: '/mailboxes', key: 'mailboxes', Icon: Mail },
  { href: '/alerts', key: 'alerts', Icon: Bell },
  { href: '/settings', key: 'settings', Icon: Settings },
] as const;

/** Five fit under a thumb: alerts have their bell in the header there. */
const UNDER_THUMB = PLACES.filter((place) => place.key !== 'alerts');

function useIsHere() {
  const path = usePathname();
  return (href: string) => (href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`));
}

/** Beside the content, from a tablet's width on. */
export function SideNavigation() {
  const t = useTranslations('shell');
  const isHere = useIsHere();
  return (
    <nav aria-label={t('nav')} className="no-print sticky top-24 hidden h-fit w-48 shrink-0 gap-1 md:grid">
      {PLACES.map(({ href, key, Icon }) => (
        <Link
          key={href}
          href={href}
          aria-current={isHere(href) ? 'page' : undefined}
          className={classNames(
            'flex min-h-11 items-center gap-3 rounded-md px-3 font-semibold no-underline transition-colors',
            isHere(href) ? 'bg-ai-soft text-ai' : 'text-ink-soft hover:bg-sunken hover:text-ink',
          )}
        >
          <Icon aria-hidden="true" className="size-5" />
          {t(key)}
        </Link>
      ))}
    </nav>
  );
}

/** Under the thumb, on a phone. */
export function BottomNavigation() {
  const t = useTranslations('shell');
  const isHere = useIsHere();
  return (
    <nav
      aria-label={t('nav')}
      className="no-print fixed inset-x-0 bottom-0 z-30 grid grid-cols-5 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {UNDER_THUMB.map(({ href, key, Icon }) => (
        <Link
          key={href}
          href={href}
          aria-current={isHere(href) ? 'page' : undefined}
          className={classNames(
            'grid min-h-16 min-w-0 content-center justify-items-center gap-1 px-0.5 text-center text-[0.6875rem] leading-tight font-semibold wrap-anywhere no-underline -outline-offset-3',
            isHere(href) ? 'text-ai' : 'text-ink-soft',
          )}
        >
          <span
            className={classNames(
              'max-w-full rounded-full px-[min(0.875rem,3vw)] py-0.5',
              isHere(href) && 'bg-ai-soft',
            )}
          >
            <Icon aria-hidden="true" className="size-5 max-w-full" />
          </span>
          {t(`short.${key}`)}
        </Link>
      ))}
    </nav>
  );
}
