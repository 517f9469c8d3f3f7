import type { ReactNode } from 'react';
import { LiveProvider } from '../../api/live.tsx';
import { SignedIn } from '../../features/session/signed-in.tsx';
import { Shell } from '../../features/shell/shell.tsx';

export default function HouseLayout({ children }: { children: ReactNode }) {
  return (
    <SignedIn>
      <LiveProvider>
        <Shell>{children}</Shell>
      </LiveProvider>
    </SignedIn>
  );
}
