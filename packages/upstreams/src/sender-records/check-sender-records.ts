import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { checkDkim, type DkimAnswer } from './dkim.ts';
import { checkDmarc, type DmarcAnswer } from './dmarc.ts';
import { boundedDns, type SenderDns } from './sender-dns.ts';
import { checkSpf, type SpfAnswer } from './spf.ts';

export interface SenderRecordsAsked {
  /** The mailbox's own. */
  address: string;
  /** Of the server that sends. */
  host: string;
  /** Of the DKIM key, where its owner says it. */
  selector?: string | undefined;
}

/** What the DNS says of a domain whose owner sends by a server of his own, and whether others believe its mail. */
export interface SenderRecordsFound {
  domain: string;
  /** Of the server, at most four. */
  serverAddresses: string[];
  spf: SpfAnswer;
  dkim: DkimAnswer;
  dmarc: DmarcAnswer;
}

export type SenderRecordsCheck = (asked: SenderRecordsAsked) => Promise<SenderRecordsFound>;

/** A person waits; what was not answered by then is told as not known. */
const DEADLINE_MS = 10_000;
const MAX_ADDRESSES = 4;

/** Looks for SPF, DKIM and DMARC. Never throws: a DNS that does not answer is told as such. */
export function senderRecordsCheck(dns: SenderDns, deadlineMs = DEADLINE_MS): SenderRecordsCheck {
  return async ({ address, host, selector }) => {
    const bounded = boundedDns(dns, AbortSignal.timeout(deadlineMs));
    const domain = domainToASCII(address.slice(address.lastIndexOf('@') + 1).toLowerCase());
    const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
    const looked = isIP(name) ? { found: [name] } : await bounded.look('addresses', name);
    const serverAddresses = typeof looked === 'object' ? looked.found.slice(0, MAX_ADDRESSES) : [];
    const [spf, dkim, dmarc] = await Promise.all([
      checkSpf(bounded, domain, serverAddresses),
      checkDkim(bounded, domain, selector),
      checkDmarc(bounded, domain, address),
    ]);
    return { domain, serverAddresses, spf, dkim, dmarc };
  };
}
