import { BlockList, isIP } from 'node:net';
import type { BoundedDns } from './sender-dns.ts';

/** What a domain's SPF says of a server (RFC 7208). `unclear`: it has something that only a receiver can evaluate. */
type SpfResult = 'pass' | 'refused' | 'none' | 'several' | 'broken' | 'too_many' | 'unclear' | 'silent';

export interface SpfAnswer {
  state: 'ok' | 'missing' | 'several' | 'broken' | 'too_many' | 'open' | 'server_missing' | 'unclear' | 'unknown';
  record: string | null;
  /** A record that would do, for copying; null where there is one that does, or nobody can tell. */
  wanted: string | null;
}

/** RFC 7208, 4.6.4: receivers give up behind the tenth. */
const MAX_LOOKUPS = 10;

interface Walk {
  dns: BoundedDns;
  lookups: number;
  isUnclear: boolean;
}

/** Whether every address of the server may send for `domain`, and what record would let it. */
export async function checkSpf(dns: BoundedDns, domain: string, addresses: readonly string[]): Promise<SpfAnswer> {
  const own = await recordOf(dns, domain);
  const record = typeof own === 'object' ? own.record : null;
  const wanted = addresses.length === 0 ? null : wantedRecord(record, addresses);
  if (own === 'silent') return { state: 'unknown', record, wanted: null };
  if (own === 'none') return { state: 'missing', record, wanted };
  if (own === 'several') return { state: 'several', record, wanted: null };
  if (own.record.split(/ +/).some(isEverybody)) return { state: 'open', record, wanted };
  if (addresses.length === 0) return { state: 'unknown', record, wanted: null };
  const missing: string[] = [];
  for (const address of addresses) {
    const walk: Walk = { dns, lookups: 0, isUnclear: false };
    const result = await evaluate(walk, domain, address);
    if (result === 'pass') continue;
    if (result === 'silent') return { state: 'unknown', record, wanted: null };
    if (result === 'too_many' || result === 'several') return { state: result, record, wanted: null };
    if (result === 'broken' || result === 'none') return { state: 'broken', record, wanted: null };
    if (result === 'unclear') return { state: 'unclear', record, wanted: null };
    missing.push(address);
  }
  if (missing.length === 0) return { state: 'ok', record, wanted: null };
  return { state: 'server_missing', record, wanted: wantedRecord(record, missing) };
}

async function recordOf(dns: BoundedDns, domain: string): Promise<{ record: string } | 'none' | 'several' | 'silent'> {
  const looked = await dns.look('txt', domain);
  if (looked === 'silent') return 'silent';
  const records = typeof looked === 'object' ? looked.found.filter((text) => /^v=spf1(?: |$)/i.test(text)) : [];
  const [record] = records;
  if (record === undefined) return 'none';
  return records.length > 1 ? 'several' : { record: record.trim() };
}

const isEverybody = (term: string): boolean => /^\+?all$/i.test(term);
const mechanism = (address: string): string => `ip${isIP(address)}:${address}`;

/** The present record with the addresses let in, or a new one. */
function wantedRecord(record: string | null, addresses: readonly string[]): string {
  const added = addresses.map(mechanism);
  if (record === null) return ['v=spf1', ...added, '~all'].join(' ');
  const [version = 'v=spf1', ...terms] = record.split(/ +/);
  const rest = terms.filter((term) => !isEverybody(term));
  return [version, ...added, ...rest, ...(rest.length < terms.length ? ['~all'] : [])].join(' ');
}

async function evaluate(walk: Walk, domain: string, address: string): Promise<SpfResult> {
  const own = await recordOf(walk.dns, domain);
  if (typeof own === 'string') return own;
  const terms = own.record.split(/ +/).slice(1);
  let redirect: string | undefined;
  for (const term of terms) {
    const [head = '', qualifier = '', name = ''] = /^([-+~?]?)([a-z0-9]+)/i.exec(term) ?? [];
    const tail = term.slice(head.length);
    if (tail.startsWith('=')) {
      // The other modifiers, `exp=` say, are for who is refused.
      if (name.toLowerCase() === 'redirect') redirect = tail.slice(1);
      continue;
    }
    const matches = await isMatch(walk, domain, address, name.toLowerCase(), tail.replace(/^:/, ''));
    if (matches === 'unclear') {
      walk.isUnclear = true;
      continue;
    }
    if (typeof matches === 'string') return matches;
    if (matches) return qualifier === '' || qualifier === '+' ? 'pass' : walk.isUnclear ? 'unclear' : 'refused';
  }
  if (redirect !== undefined) {
    if (redirect.includes('%')) return 'unclear';
    if (count(walk)) return 'too_many';
    const result = await evaluate(walk, redirect, address);
    return result === 'none' ? 'broken' : result;
  }
  return walk.isUnclear ? 'unclear' : 'refused';
}

/** One question of SPF's ten more; true when there were too many. */
function count(walk: Walk): boolean {
  walk.lookups += 1;
  return walk.lookups > MAX_LOOKUPS;
}

async function isMatch(
  walk: Walk,
  domain: string,
  address: string,
  name: string,
  value: string,
): Promise<boolean | Exclude<SpfResult, 'pass' | 'refused' | 'none'>> {
  if (name === 'all') return true;
  if (name === 'ip4' || name === 'ip6') return isWithin(address, value);
  if (value.includes('%') || name === 'exists' || name === 'ptr') {
    return count(walk) ? 'too_many' : 'unclear';
  }
  const [host = '', ...lengths] = value.split('/');
  const target = host || domain;
  if (name === 'include') {
    if (count(walk)) return 'too_many';
    const result = await evaluate(walk, target, address);
    if (result === 'pass') return true;
    if (result === 'refused') return false;
    return result === 'none' ? 'broken' : result;
  }
  if (name !== 'a' && name !== 'mx') return 'broken';
  if (count(walk)) return 'too_many';
  const hosts = name === 'a' ? [target] : await namesOf(walk, target);
  if (hosts === 'silent') return 'silent';
  for (const each of hosts) {
    const looked = await walk.dns.look('addresses', each);
    if (looked === 'silent') return 'silent';
    if (typeof looked === 'object' && looked.found.some((found) => isNear(address, found, lengths))) return true;
  }
  return false;
}

async function namesOf(walk: Walk, domain: string): Promise<string[] | 'silent'> {
  const looked = await walk.dns.look('mx', domain);
  if (looked === 'silent') return 'silent';
  return typeof looked === 'object' ? looked.found.slice(0, MAX_LOOKUPS) : [];
}

/** `a/24//64`: the first length is IPv4's, the one behind the empty one IPv6's. */
function isNear(address: string, found: string, lengths: string[]): boolean {
  if (isIP(found) !== isIP(address)) return false;
  const length = isIP(found) === 4 ? lengths[0] : (lengths[2] ?? '');
  return isWithin(address, length ? `${found}/${length}` : found);
}

function isWithin(address: string, network: string): boolean {
  const [base = '', length] = network.split('/');
  const family = isIP(base);
  if (family === 0 || family !== isIP(address)) return false;
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  const bits = length === undefined ? (family === 4 ? 32 : 128) : Number(length);
  if (!Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(base, bits, kind);
  return list.check(address, kind);
}
