import { Resolver } from 'node:dns/promises';

/** What of the DNS a sender's records need. */
export interface SenderDns {
  /** Texts of a name, each put together of its pieces. @throws with `code` as Node's resolver has it */
  txt(name: string): Promise<string[]>;
  /** IPv4 and IPv6. @throws as above */
  addresses(name: string): Promise<string[]>;
  /** Names of mail exchangers. @throws as above */
  mx(name: string): Promise<string[]>;
}

/** `none`: the name has no such records. `no_name`: nothing of that name, nor below it (RFC 8020). `silent`: no answer came. */
export type Looked = { found: string[] } | 'none' | 'no_name' | 'silent';

/** A name server that is away is one of several; a person waits for the answer. */
const SERVER_TIMEOUT_MS = 2_000;
const TRIES = 2;

/** The DNS by the system's servers. */
export function systemDns(): SenderDns {
  const resolver = new Resolver({ timeout: SERVER_TIMEOUT_MS, tries: TRIES });
  return {
    txt: async (name) => (await resolver.resolveTxt(name)).map((pieces) => pieces.join('')),
    async addresses(name) {
      const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
      if (four.status === 'rejected' && six.status === 'rejected') throw four.reason;
      return [four, six].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    },
    mx: async (name) =>
      (await resolver.resolveMx(name))
        .sort((a, b) => a.priority - b.priority)
        .map(({ exchange }) => exchange.toLowerCase()),
  };
}

/** What one check may ask in all: SPF's own ten with their names' addresses, the keys and the policy. Names come from a stranger's records. */
const MAX_QUESTIONS = 40;
/** Records of a name and characters of a record that are looked at. */
const MAX_RECORDS = 50;
const MAX_CHARACTERS = 4_096;

export interface BoundedDns {
  look(kind: keyof SenderDns, name: string): Promise<Looked>;
}

/** The same within bounds: each question once, so many of them, and nothing waited for beyond `signal`. */
export function boundedDns(dns: SenderDns, signal: AbortSignal): BoundedDns {
  const asked = new Map<string, Promise<Looked>>();
  const ask = async (kind: keyof SenderDns, name: string): Promise<Looked> => {
    if (asked.size > MAX_QUESTIONS || signal.aborted) return 'silent';
    const late = new Promise<Looked>((resolve) =>
      signal.addEventListener('abort', () => resolve('silent'), { once: true }),
    );
    const answer = dns[kind](name).then(
      (found): Looked =>
        found.length === 0
          ? 'none'
          : { found: found.slice(0, MAX_RECORDS).map((text) => text.slice(0, MAX_CHARACTERS)) },
      (error: { code?: unknown } | null): Looked => {
        if (error?.code === 'ENODATA') return 'none';
        return error?.code === 'ENOTFOUND' ? 'no_name' : 'silent';
      },
    );
    return Promise.race([answer, late]);
  };
  return {
    look(kind, name) {
      const key = `${kind} ${name}`;
      const known = asked.get(key);
      if (known) return known;
      const asking = isName(name) ? ask(kind, name) : Promise.resolve<Looked>('no_name');
      asked.set(key, asking);
      return asking;
    },
  };
}

/** A name that may be asked for: of at most 253 characters, in labels of at most 63. */
const isName = (name: string): boolean =>
  name.length <= 253 && /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?$/i.test(name);
