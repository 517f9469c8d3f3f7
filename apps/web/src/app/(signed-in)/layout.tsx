import type { ReactNode } from 'react';
import { SignedIn } from '../../features/session/signed-in.tsx';
import { LiveChanges } from '../../features/shell/live-changes.tsx';
import { Shell } from '../../features/shell/shell.tsx';

export default function SignedInLayout({ children }: { children: ReactNode }) {
  return (
    <SignedIn>
      <LiveChanges>
        <Shell>{children}</Shell>
      </LiveChanges>
    </SignedIn>
  );
}
