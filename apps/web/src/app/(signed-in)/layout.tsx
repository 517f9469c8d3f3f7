import type { ReactNode } from 'react';
import { SignedIn } from '../../features/session/signed-in.tsx';
import { LiveChanges } from '../../features/shell/live-changes.tsx';
import { Shell } from '../../features/shell/shell.tsx';
import { Texts } from '../../features/shell/texts.tsx';
import { otherTexts } from '../../i18n/texts-of.ts';

/** With the whole catalogue at once: from here on pages follow each other without asking for theirs. */
export default async function SignedInLayout({ children }: { children: ReactNode }) {
  return (
    <Texts messages={await otherTexts()}>
      <SignedIn>
        <LiveChanges>
          <Shell>{children}</Shell>
        </LiveChanges>
      </SignedIn>
    </Texts>
  );
}
