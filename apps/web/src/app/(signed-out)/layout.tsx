import type { ReactNode } from 'react';
import { SignedOutFrame } from '../../features/session/signed-out-frame.tsx';
import { Texts } from '../../features/shell/texts.tsx';
import { textsOf } from '../../i18n/texts-of.ts';

export default async function SignedOutLayout({ children }: { children: ReactNode }) {
  return (
    <Texts messages={await textsOf('form', 'outside', 'passkeys', 'session')}>
      <SignedOutFrame>{children}</SignedOutFrame>
    </Texts>
  );
}
