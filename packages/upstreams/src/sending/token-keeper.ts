import { createHash } from 'node:crypto';
import type { ConnectedMailbox } from '@hikyaku/core';

/** A mailbox's credentials, opened: hands out access tokens and refreshes them at the provider. */
export interface TokenSource {
  /**
   * A token that lives some minutes longer; refreshed when the present one does not, or is `refused`.
   * @throws the library's error, for the provider's `errors.ts` to read
   */
  token(refused?: string): Promise<string>;
  /** The credentials as they are now, to be kept. */
  secret(): string;
}

export interface TokenKeeper {
  /** Concurrent calls for one mailbox share one refresh. A changed secret is saved before its token is given out. */
  accessToken(mailbox: ConnectedMailbox, refused?: string): Promise<string>;
}

interface Entry {
  source: TokenSource;
  /** Digests of the secrets that this source came from: a caller may still hold an older one. */
  known: string[];
  saved: string;
  flight: Promise<string> | undefined;
}

/** Some kilobytes each; the least used make room and are opened again. */
const MAX_MAILBOXES = 1000;
/** Secrets that a caller could still be holding; a turn holds the one it began with. */
const MAX_KNOWN = 8;

/** Keeps opened credentials per mailbox, so that the mails of a turn refresh once and a library's own back-off survives between sends. */
export function createTokenKeeper(open: (secret: string) => TokenSource): TokenKeeper {
  const entries = new Map<string, Entry>();

  const entryOf = ({ id, secret }: ConnectedMailbox): Entry => {
    const digest = digestOf(secret);
    const found = entries.get(id);
    // An unknown secret was written by another process or by reconnecting: newer than ours.
    const entry = found?.known.includes(digest)
      ? found
      : { source: open(secret), known: [digest], saved: secret, flight: undefined };
    entries.delete(id);
    entries.set(id, entry);
    if (entries.size > MAX_MAILBOXES) entries.delete(entries.keys().next().value!);
    return entry;
  };

  const join = (entry: Entry, mailbox: ConnectedMailbox, refused: string | undefined): Promise<string> => {
    entry.flight ??= fly(entry, mailbox, refused).finally(() => {
      entry.flight = undefined;
    });
    return entry.flight;
  };

  return {
    async accessToken(mailbox, refused) {
      const entry = entryOf(mailbox);
      const token = await join(entry, mailbox, undefined);
      // Whoever was refused first refreshes; the others find the new token.
      return token === refused ? join(entry, mailbox, refused) : token;
    },
  };
}

async function fly(entry: Entry, mailbox: ConnectedMailbox, refused: string | undefined): Promise<string> {
  const token = await entry.source.token(refused);
  const secret = entry.source.secret();
  if (secret !== entry.saved) {
    // Failing here leaves `saved` as it was: the next call tries again before it gives a token out.
    await mailbox.saveSecret(secret).catch((error: unknown) => {
      throw new SecretNotSaved(error);
    });
    entry.saved = secret;
    entry.known = [digestOf(secret), ...entry.known].slice(0, MAX_KNOWN);
  }
  return token;
}

/** The caller's own failure, told apart from the provider's. */
export class SecretNotSaved extends Error {
  constructor(cause: unknown) {
    super('the refreshed secret was not saved', { cause });
    this.name = 'SecretNotSaved';
  }
}

const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64');
