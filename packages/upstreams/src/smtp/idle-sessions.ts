import type { SmtpSession } from './client.ts';
import { IDLE_MS, MAILS_PER_CONNECTION, MAX_IDLE_SESSIONS } from './config.ts';

/** Signed-in lines that wait for their account's next mail. */
export interface IdleSessions {
  /** `key` holds the whole account with its password: a new password never gets an old line. */
  take(key: string): SmtpSession | undefined;
  put(key: string, session: SmtpSession): void;
  close(): void;
}

export function createIdleSessions(): IdleSessions {
  // In the order in which they became idle.
  const idle = new Map<SmtpSession, { key: string; timer: NodeJS.Timeout }>();
  let isClosed = false;

  const remove = (session: SmtpSession): void => {
    clearTimeout(idle.get(session)?.timer);
    idle.delete(session);
  };
  const end = (session: SmtpSession): void => {
    remove(session);
    session.close();
  };

  return {
    take(key) {
      for (const [session, kept] of idle) {
        if (kept.key !== key) continue;
        remove(session);
        if (session.isOpen) return session;
        session.close();
      }
      return undefined;
    },
    put(key, session) {
      if (isClosed || !session.isOpen || session.sent >= MAILS_PER_CONNECTION) return session.close();
      const oldest = idle.size >= MAX_IDLE_SESSIONS ? idle.keys().next().value : undefined;
      if (oldest) end(oldest);
      idle.set(session, { key, timer: setTimeout(() => end(session), IDLE_MS).unref() });
    },
    close() {
      isClosed = true;
      for (const session of [...idle.keys()]) end(session);
    },
  };
}
