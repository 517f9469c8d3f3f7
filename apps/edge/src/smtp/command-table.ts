import { auth, otherAuth } from './commands/auth.ts';
import { data } from './commands/data.ts';
import { ehlo, helo } from './commands/hello.ts';
import { mail } from './commands/mail.ts';
import { bdat, help, http, noop, quit, rset, startTls, unknown, vrfy } from './commands/others.ts';
import { rcpt } from './commands/rcpt.ts';
import { readCommand } from './read-command.ts';
import type { Reply } from './reply.ts';
import type { SmtpServices } from './services.ts';
import type { Session } from './session.ts';

type Command = (session: Session, services: SmtpServices, rest: string) => Reply | Promise<Reply>;

const COMMANDS: Record<string, Command> = {
  EHLO: ehlo,
  HELO: helo,
  AUTH: auth,
  MAIL: mail,
  RCPT: rcpt,
  DATA: data,
  BDAT: bdat,
  STARTTLS: startTls,
  RSET: rset,
  NOOP: noop,
  VRFY: vrfy,
  HELP: help,
  QUIT: quit,
  GET: http,
  POST: http,
  PUT: http,
  OPTIONS: http,
  CONNECT: http,
};

/** The command of a line, bound to its argument. */
export function findCommand(line: string): (session: Session, services: SmtpServices) => Reply | Promise<Reply> {
  const { verb, rest } = readCommand(line);
  const command = COMMANDS[verb] ?? (verb.startsWith('AUTH') ? otherAuth(verb) : unknown);
  return (session, services) => command(session, services, rest);
}
