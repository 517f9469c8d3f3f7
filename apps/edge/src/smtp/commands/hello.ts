import type { Reply } from '../reply.ts';
import type { SmtpServices } from '../services.ts';
import type { Session } from '../session.ts';
import { sizeLimit } from '../size-limit.ts';

/** A name longer than a domain can be is cut: it is for the log only (H2). */
const MAX_HELLO = 255;

/** EHLO: one write, our own name first (H4, H6), nothing that an old client could misuse (facts, devices 5.4). */
export function ehlo(session: Session, services: SmtpServices, name: string): Reply {
  begin(session, name);
  return {
    code: 250,
    text: [
      services.hostName,
      'PIPELINING',
      '8BITMIME',
      `SIZE ${sizeLimit(session, services)}`,
      'AUTH PLAIN LOGIN',
      // Of before RFC 2554: there are clients that read no other (A3), as old as those of the legacy doors.
      ...(session.door.isLegacy ? ['AUTH=PLAIN LOGIN'] : []),
      ...(session.isSecure ? [] : ['STARTTLS']),
    ],
  };
}

/** HELO, also with nothing behind it (H1). */
export function helo(session: Session, services: SmtpServices, name: string): Reply {
  begin(session, name);
  return { code: 250, text: services.hostName };
}

/** Any name is taken; a second hello resets only the envelope (H3). */
function begin(session: Session, name: string): void {
  session.hello = name.slice(0, MAX_HELLO) || `[${session.clientAddress}]`;
  session.log.hello(session.hello);
  session.envelope = null;
}
