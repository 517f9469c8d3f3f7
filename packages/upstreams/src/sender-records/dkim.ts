import type { BoundedDns } from './sender-dns.ts';

export interface DkimAnswer {
  /** `unclear`: there are keys, under a selector that nobody named. */
  state: 'ok' | 'missing' | 'revoked' | 'unclear' | 'unknown';
  selector: string | null;
}

/** Names that OpenDKIM's, rspamd's, Exim's and OpenSMTPD's guides give a first key. */
const USUAL_SELECTORS = ['default', 'mail', 'dkim', 'selector1', 's1', 'key1'];

/** Whether a key is published for `domain`: under the selector that its owner named, else under the usual ones. No record tells which ones there are. */
export async function checkDkim(dns: BoundedDns, domain: string, selector?: string): Promise<DkimAnswer> {
  const selectors = selector ? [selector] : USUAL_SELECTORS;
  const looked = await Promise.all(
    selectors.map(async (name) => ({ name, answer: await dns.look('txt', `${name}._domainkey.${domain}`) })),
  );
  const keys = looked.flatMap(({ name, answer }) => {
    const record = typeof answer === 'object' ? answer.found.find((text) => /(?:^|;)\s*p=/i.test(text)) : undefined;
    return record === undefined ? [] : [{ name, isRevoked: /(?:^|;)\s*p=\s*(?:;|$)/i.test(record) }];
  });
  const key = keys.find(({ isRevoked }) => !isRevoked) ?? keys[0];
  if (key) return { state: key.isRevoked ? 'revoked' : 'ok', selector: key.name };
  if (looked.some(({ answer }) => answer === 'silent')) return { state: 'unknown', selector: selector ?? null };
  if (selector) return { state: 'missing', selector };
  // Where nothing is called `_domainkey` nothing is below it (RFC 8020).
  const above = await dns.look('txt', `_domainkey.${domain}`);
  if (above === 'silent') return { state: 'unknown', selector: null };
  return { state: above === 'no_name' ? 'missing' : 'unclear', selector: null };
}
