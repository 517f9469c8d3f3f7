import { headers } from 'next/headers';
import { getTranslations } from 'next-intl/server';
import { NotFoundView } from '../features/shell/not-found-view.tsx';
import { readInstance } from '../features/shell/read-instance.ts';
import { SandboxTape } from '../features/shell/sandbox-tape.tsx';
import { Wordmark } from '../features/shell/wordmark.tsx';

/** Its scripts come with every page, so it has none of its own for the trial mode. */
export default async function NotFound() {
  const [t, head] = await Promise.all([getTranslations('shell'), headers()]);
  const instance = readInstance(head.get('x-hikyaku-instance'));
  return (
    <>
      {instance?.environment === 'sandbox' ? (
        <SandboxTape title={t('sandboxTitle')} linkText={t('sandboxLink')} url={instance.sandboxUrl} />
      ) : null}
      <main className="mx-auto grid max-w-xl gap-8 px-4 py-10">
        <Wordmark />
        <NotFoundView />
      </main>
    </>
  );
}
