import type { ReactNode } from 'react';
import { SignedOutFrame } from '../../features/session/signed-out-frame.tsx';

export default function SignedOutLayout({ children }: { children: ReactNode }) {
  return <SignedOutFrame>{children}</SignedOutFrame>;
}
