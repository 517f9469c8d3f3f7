'use client';
import { lazy, Suspense, useState } from 'react';
import type { ModalProps } from './dialog-window.tsx';

// 15 KB of focus and scrolling that no page needs before a dialog is opened.
const DialogWindow = lazy(() => import('./dialog-window.tsx').then((module) => ({ default: module.DialogWindow })));

/** A dialog, fetched when it is first opened. Focus is where it was until then, and goes back there. */
export function Modal(props: ModalProps) {
  const [isWanted, setIsWanted] = useState(props.isOpen);
  if (props.isOpen && !isWanted) setIsWanted(true);
  if (!isWanted) return null;
  return (
    <Suspense fallback={null}>
      <DialogWindow {...props} />
    </Suspense>
  );
}
