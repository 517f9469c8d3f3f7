import { createHash } from 'node:crypto';
import type { ConnectedMailbox } from '@hikyaku/core';

/** A mailbox's credentials, opened. Throws the library's errors, for the provider's `token-answers.ts` to read. */
export interface TokenSource {
  /** A token that lives some minutes longer, without asking the provider; undefined when there is none, or only the `refused` one. */
  present(refused?: string): Promise<string | undefined>;
  /** A new token from the provider, with the claims that it wants to see (JSON text). */
  refresh(claims?: string): Promise<string>;
  /** The credentials as they are now, to be kept. */
  secret(): string;
}

/** A token that the provider would not take, and what it wants to see in the next one. */
export interface RefusedToken {
  token: string;
  claims?: string;
}

export interface TokenKeeper {
  /**
   * Concurrent calls for one mailbox share one refresh, other processes are kept out where the mailbox can, and a changed secret is
   * saved before its token is given out.
   * @throws CallerFailure, or the source's error
   */
  accessToken(mailbox: ConnectedMailbox, refused?: RefusedToken): Promise<string>;
}

/** The caller's own side (lock, database, vault) failed, not the provider. */
export class CallerFailure extends Error {
  constructor(cause: unknown) {
    super('the caller could not keep the secret', { cause });
    this.name = 'CallerFailure';
  }
}

interface Entry {
  source: TokenSource;
  /** Digests of the secrets that this source came from, newest first: a caller may still hold an older one. */
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
    const found = entries.get(id);
    // An unknown secret was written by another process or by reconnecting: newer than ours.
    const entry = found?.known.includes(digestOf(secret))
      ? found
      : { source: open(secret), known: [digestOf(secret)], saved: secret, flight: undefined };
    entries.delete(id);
    entries.set(id, entry);
    if (entries.size > MAX_MAILBOXES) entries.delete(entries.keys().next().value!);
    return entry;
  };

  const adopt = (entry: Entry, secret: string): void => {
    entry.source = open(secret);
    noteSaved(entry, secret);
  };

  const fly = async (entry: Entry, mailbox: ConnectedMailbox, refused: RefusedToken | undefined): Promise<string> => {
    const ready = await entry.source.present(refused?.token);
    if (ready !== undefined && entry.source.secret() === entry.saved) return ready;
    let sourceError: { error: unknown } | undefined;
    const work = async (stored: string): Promise<string> => {
      const isNewer = !entry.known.includes(digestOf(stored));
      if (isNewer) adopt(entry, stored);
      const { source } = entry;
      const token = await ask(source, isNewer ? undefined : ready, refused).catch((error: unknown) => {
        sourceError = { error };
        throw error;
      });
      // Failing here leaves `saved` as it was: the next call saves before it gives a token out.
      if (source.secret() !== entry.saved) {
        await mailbox.saveSecret(source.secret());
        noteSaved(entry, source.secret());
      }
      return token;
    };
    try {
      return await (mailbox.refreshAlone ? mailbox.refreshAlone(work) : work(mailbox.secret));
    } catch (error) {
      throw sourceError ? sourceError.error : new CallerFailure(error);
    }
  };

  const join = (entry: Entry, mailbox: ConnectedMailbox, refused: RefusedToken | undefined): Promise<string> => {
    entry.flight ??= fly(entry, mailbox, refused).finally(() => {
      entry.flight = undefined;
    });
    return entry.flight;
  };

  return {
    async accessToken(mailbox, refused) {
      const entry = entryOf(mailbox);
      let token = await join(entry, mailbox, undefined);
      // Whoever was refused first refreshes; the others find the new token. Somebody who was not refused may have set out in between, and
      // brings the refused one again: sent a second time it would be taken for a dead mailbox.
      while (token === refused?.token && entry.flight) token = await entry.flight;
      return token === refused?.token ? join(entry, mailbox, refused) : token;
    },
  };
}

async function ask(source: TokenSource, ready: string | undefined, refused: RefusedToken | undefined): Promise<string> {
  return ready ?? (await source.present(refused?.token)) ?? source.refresh(refused?.claims);
}

function noteSaved(entry: Entry, secret: string): void {
  entry.saved = secret;
  entry.known = [digestOf(secret), ...entry.known].slice(0, MAX_KNOWN);
}

const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64');
