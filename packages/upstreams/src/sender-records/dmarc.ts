import type { BoundedDns } from './sender-dns.ts';

export interface DmarcAnswer {
  /** `watching`: a policy that asks nobody to refuse anything. */
  state: 'ok' | 'watching' | 'missing' | 'several' | 'broken' | 'unknown';
  record: string | null;
  /** Where the record is to stand, and one that would do. */
  name: string;
  wanted: string | null;
}

/** Labels above a domain that are asked too (RFC 9989's walk up the tree). */
const MAX_STEPS = 4;

/** The policy that holds for `domain`: its own, or that of the domain above it. */
export async function checkDmarc(dns: BoundedDns, domain: string, address: string): Promise<DmarcAnswer> {
  const name = `_dmarc.${domain}`;
  const wanted = `v=DMARC1; p=none; rua=mailto:${address}`;
  const labels = domain.split('.');
  // Never a top-level domain alone.
  for (let step = 0; step < Math.min(MAX_STEPS, labels.length - 1); step++) {
    const looked = await dns.look('txt', `_dmarc.${labels.slice(step).join('.')}`);
    if (looked === 'silent') return { state: 'unknown', record: null, name, wanted: null };
    const records = typeof looked === 'object' ? looked.found.filter((text) => /^v=DMARC1\s*(?:;|$)/i.test(text)) : [];
    const [record] = records;
    if (record === undefined) continue;
    if (records.length > 1) return { state: 'several', record, name, wanted: null };
    const policy = /;\s*p=\s*([a-z]+)/i.exec(record)?.[1]?.toLowerCase();
    if (policy === 'none') return { state: 'watching', record, name, wanted: null };
    const isPolicy = policy === 'quarantine' || policy === 'reject';
    return isPolicy ? { state: 'ok', record, name, wanted: null } : { state: 'broken', record, name, wanted };
  }
  return { state: 'missing', record: null, name, wanted };
}
