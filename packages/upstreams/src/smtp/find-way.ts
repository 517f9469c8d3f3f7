import type { SmtpConfig } from './config.ts';
import { openSmtpLine } from './line.ts';
import type { SmtpServer } from './session.ts';

/** A port and how its line is protected. */
export type SmtpWay = Pick<SmtpServer, 'port' | 'security'>;

/** The ports on which mail is handed in, the likeliest first. */
export const SMTP_WAYS: readonly SmtpWay[] = [
  { port: 587, security: 'starttls' },
  { port: 465, security: 'tls' },
  { port: 2525, security: 'starttls' },
  { port: 25, security: 'starttls' },
];

/** Of a person's patience, behind a try that has taken its own time. */
const DEADLINE_MS = 8_000;

/** The first of these ways at which a server answers, has a good certificate, and lets somebody sign in; nobody does here. All are tried at once: somebody waits. */
export async function findWay(
  host: string,
  config: SmtpConfig,
  ways: readonly SmtpWay[],
): Promise<SmtpWay | undefined> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const tried = ways.map(async (way) => {
    try {
      const line = await openSmtpLine({ host, ...way }, config, signal);
      line.close();
      return /[ -]AUTH[ =]/i.test(line.greeting) ? way : undefined;
    } catch {
      return undefined;
    }
  });
  for (const found of tried) {
    const way = await found;
    if (way) return way;
  }
  return undefined;
}
