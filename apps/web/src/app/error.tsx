'use client';
import { CrashView } from '../features/shell/crash-view.tsx';

/** Where a page's frame broke. */
export default function ErrorPage({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <main className="mx-auto max-w-xl px-4 py-16">
      <CrashView error={error} onRetry={reset} />
    </main>
  );
}
