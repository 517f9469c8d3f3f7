import { NotFoundView } from '../features/shell/not-found-view.tsx';
import { SandboxBanner } from '../features/shell/sandbox-banner.tsx';
import { Wordmark } from '../features/shell/wordmark.tsx';

export default function NotFound() {
  return (
    <>
      <SandboxBanner />
      <main className="mx-auto grid max-w-xl gap-8 px-4 py-10">
        <Wordmark />
        <NotFoundView />
      </main>
    </>
  );
}
