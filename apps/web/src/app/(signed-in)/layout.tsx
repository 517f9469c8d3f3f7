import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { ASK_EARLY } from '../../api/early-me.ts';
import { SignedIn } from '../../features/session/signed-in.tsx';
import { LiveChanges } from '../../features/shell/live-changes.tsx';
import { Shell } from '../../features/shell/shell.tsx';
import { Texts } from '../../features/shell/texts.tsx';
import { otherTexts } from '../../i18n/texts-of.ts';

/** With the whole catalogue at once: from here on pages follow each other without asking for theirs. */
export default async function SignedInLayout({ children }: { children: ReactNode }) {
  const [messages, head] = await Promise.all([otherTexts(), headers()]);
  return (
    <>
      <script nonce={head.get('x-nonce') ?? ''}>{ASK_EARLY}</script>
      <Texts messages={messages}>
        <SignedIn>
          <LiveChanges>
            <Shell>{children}</Shell>
          </LiveChanges>
        </SignedIn>
      </Texts>
    </>
  );
}
