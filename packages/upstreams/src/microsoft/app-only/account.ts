/** What connects a mailbox that nobody signs in for: the directory in which the relay asks for tokens. Its own secret is the registration's. */
export interface AppOnlyAccess {
  /** Id of the Entra directory. */
  directory: string;
}

const MARK = 'app';

/** `microsoft:<directory>:app:<address>`: another account than a person's sign-in to the same mailbox, whose object id the relay may not read. */
export const appOnlyAccountKey = ({ directory }: AppOnlyAccess, address: string): string =>
  `microsoft:${directory}:${MARK}:${address.toLowerCase()}`;

/** Whether a mailbox of this account is used by the organization's leave, without anybody's sign-in. */
export function isAppOnly(accountKey: string): boolean {
  const [provider, , kind] = accountKey.split(':');
  return provider === 'microsoft' && kind === MARK;
}

/** The kept secret. It opens nothing by itself; it is sealed like every other. */
export const writeAppOnlySecret = ({ directory }: AppOnlyAccess): string => JSON.stringify({ v: 1, directory });

/** Undefined: none of ours. */
export function readAppOnlySecret(text: string): AppOnlyAccess | undefined {
  try {
    const { directory } = JSON.parse(text) as Record<string, unknown>;
    return typeof directory === 'string' ? { directory } : undefined;
  } catch {
    return undefined;
  }
}
