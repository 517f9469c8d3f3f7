/** Accounts whose login was refused once; more are forgotten from the oldest on, which costs one more try. */
const MAX_ACCOUNTS = 10_000;

/** Providers refuse good passwords during their own incidents: one refusal alone closes no mailbox. */
export interface LoginStrikes {
  /** True when this account was refused before, without a good login in between. */
  refused(key: string): boolean;
  succeeded(key: string): void;
}

export function createLoginStrikes(): LoginStrikes {
  const struck = new Set<string>();
  return {
    refused(key) {
      if (struck.delete(key)) return true;
      const oldest = struck.size >= MAX_ACCOUNTS ? struck.values().next().value : undefined;
      if (oldest !== undefined) struck.delete(oldest);
      struck.add(key);
      return false;
    },
    succeeded: (key) => void struck.delete(key),
  };
}
