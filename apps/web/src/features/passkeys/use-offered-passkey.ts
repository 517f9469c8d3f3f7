'use client';
import { useEffect, useRef, useState } from 'react';
import { problemCode } from '../../api/problem.ts';
import { isPasskeyKnownHere } from './known-here.ts';

/** A challenge ends after five minutes; a page that stays open asks for the next one before. */
const OFFER_MS = 4 * 60_000;

/**
 * Lets the browser offer a passkey in the field of the address, where it has made or used one here: others would ask the relay for a challenge
 * at each look at the page, for nothing. Answers with why one that was taken did not sign in.
 */
export function useOfferedPasskey({ isOn, onDone }: { isOn: boolean; onDone: () => void }): Error | null {
  const [error, setError] = useState<Error | null>(null);
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  });
  useEffect(() => {
    if (!isOn || !isPasskeyKnownHere()) return;
    let stop = () => {};
    let isOver = false;
    const offer = async () => {
      const { enterByPasskey, stopOffering } = await import('./passkey-requests.ts');
      if (isOver) return;
      stop = stopOffering;
      await enterByPasskey({ isOffered: true }).then(
        () => isOver || done.current(),
        // The browser's own refusals are of no interest to who did not ask: the button is there.
        (thrown: Error) => isOver || problemCode(thrown).startsWith('passkey.') || setError(thrown),
      );
    };
    void offer();
    const timer = setInterval(offer, OFFER_MS);
    return () => {
      isOver = true;
      clearInterval(timer);
      stop();
    };
  }, [isOn]);
  return error;
}
