'use client';
import { useEffect, useState } from 'react';

/**
 * The token of a link in one of our mails: behind the `#`, so that no server, log or proxy sees it. It leaves the address line at once.
 * Undefined until the page stands, null when there is none. Having it does nothing yet: the reader has to press.
 */
export function useLinkToken(): string | null | undefined {
  const [token, setToken] = useState<string | null>();
  useEffect(() => {
    const take = () => {
      const given = new URLSearchParams(window.location.hash.slice(1)).get('token');
      if (given) window.history.replaceState(null, '', window.location.pathname);
      setToken((known) => given ?? known ?? null);
    };
    take();
    // The link pasted into the address line of this very page: nothing is loaded anew.
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);
  return token;
}
