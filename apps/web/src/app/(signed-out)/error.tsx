'use client';
import { CrashView } from '../../features/shell/crash-view.tsx';

/** Where a page broke: its frame, with the ways to other pages, stays. */
export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  return <CrashView onRetry={reset} />;
}
