'use client';
import { Mark } from '@hikyaku/ui';
import './globals.css';

/** When even the frame cannot be drawn there is no language to be known: both. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <main className="mx-auto grid max-w-xl justify-items-center gap-4 px-4 py-16 text-center">
          <Mark size={48} />
          <h1 className="text-xl" lang="ja">
            こちら側で問題が発生しました
          </h1>
          <p className="text-xl">Something went wrong on our side</p>
          <button type="button" onClick={reset} className="min-h-12 cursor-pointer rounded-md bg-ai px-5 text-on-ai">
            <span lang="ja">もう一度試す</span> · Try again
          </button>
        </main>
      </body>
    </html>
  );
}
