'use client';
import { CrashView } from '../../features/shell/crash-view.tsx';

/** Where a page broke: its frame, with the ways to other pages, stays. */
export default function ErrorPage({ error, reset }: { error: Error; reset: () => void }) {
  return <CrashView error={error} onRetry={reset} />;
}
