/** A reply: a first line with `+OK` or `-ERR`, and whether lines up to a lone dot follow. */
export interface Pop3Reply {
  line: string;
  more?: readonly string[];
  /** Done right after the reply is written. */
  next?: 'close' | 'tls';
}

export const NO_COMMAND: Pop3Reply = { line: '-ERR Command not known here' };
const NO_MESSAGE: Pop3Reply = { line: '-ERR No such message' };
const OK: Pop3Reply = { line: '+OK' };
const QUIT: Pop3Reply = { line: '+OK Bye', next: 'close' };

/** RFC 2449. No APOP, no SASL: they need recoverable secrets. STLS only where it can still be had. */
export function capabilities(isSecure: boolean): Pop3Reply {
  return {
    line: '+OK Capability list follows',
    more: ['USER', 'UIDL', 'RESP-CODES', 'AUTH-RESP-CODE', ...(isSecure ? [] : ['STLS'])],
  };
}

/** What is answered to a command of a client that has signed in: its maildrop is always empty. Null: no command of this state. */
export function answerOfEmptyMaildrop(verb: string, argument: string): Pop3Reply | null {
  switch (verb) {
    case 'STAT':
      return { line: '+OK 0 0' };
    case 'LIST':
    case 'UIDL':
      return argument ? NO_MESSAGE : { line: '+OK 0 messages', more: [] };
    case 'RETR':
    case 'DELE':
    case 'TOP':
      return NO_MESSAGE;
    case 'NOOP':
    case 'RSET':
      return OK;
    case 'QUIT':
      return QUIT;
    default:
      return null;
  }
}

/** The same for one who has not. */
export function answerOfStranger(verb: string): Pop3Reply | null {
  return verb === 'QUIT' ? QUIT : null;
}
