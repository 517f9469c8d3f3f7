import { buttonClass, EmptyState, Mark } from '@hikyaku/ui';
import { getTranslations } from 'next-intl/server';

/** Its scripts come with every page, so it has none: its links are plain ones. */
export default async function NotFound() {
  const [t, shell] = await Promise.all([getTranslations('common'), getTranslations('shell')]);
  return (
    <main className="mx-auto grid max-w-xl gap-8 px-4 py-10">
      <a href="/" className="flex min-h-11 items-center gap-2.5 rounded-md text-ink no-underline">
        <Mark size={34} />
        <span className="text-lg font-bold tracking-tight">{shell('brand')}</span>
      </a>
      <EmptyState
        level={1}
        icon={
          <span aria-hidden="true" className="text-sm font-bold">
            404
          </span>
        }
        title={t('notFoundTitle')}
        action={
          <a href="/" className={buttonClass()}>
            {t('goHome')}
          </a>
        }
      >
        {t('notFoundText')}
      </EmptyState>
    </main>
  );
}
