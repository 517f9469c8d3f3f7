import { type Logger as PinoLogger, pino } from 'pino';
import { logOutput } from './log-output.ts';

export type Logger = PinoLogger;

/** Fields that must never reach a log, wherever a caller put them by mistake. */
const REDACT = [
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
  '*.password',
  '*.secret',
  '*.token',
  '*.authorization',
  '*.cookie',
  'req.headers.authorization',
  'req.headers.cookie',
  'res.headers["set-cookie"]',
];

/**
 * JSON lines on standard output, gathered for a moment below `warn`. `event` is the stable name of a line (`mail.accepted`); ids and counts are
 * fields; content and secrets never.
 */
export function createLogger(options: { name: string; level?: string }): Logger {
  return pino(
    {
      name: options.name,
      level: options.level ?? 'info',
      base: { name: options.name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: REDACT, censor: '[redacted]' },
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: serializeError },
      hooks: {
        // Left to itself pino makes the error's own message the line's.
        logMethod(args, method) {
          const [fields, text] = args as unknown as [{ err?: unknown } | undefined, string | undefined];
          if (text === undefined && fields?.err instanceof Error) {
            return method.apply(this, [fields, withoutValues(fields.err.message, fields.err)]);
          }
          return method.apply(this, args);
        },
      },
    },
    logOutput(),
  );
}

/** That the process is ready, at any level: the supervisor waits for this line. */
export function sayStarted(logger: Logger, fields: Record<string, unknown>): void {
  logger.child({}, { level: 'info' }).info({ event: 'started', ...fields });
  logOutput().flush();
}

/** Message, code and stack only: libraries hang whole requests, tokens included, on their errors. What Postgres repeats of a value is left out. */
function serializeError(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return { message: String(thrown) };
  const code = (thrown as { code?: unknown }).code;
  return {
    type: thrown.name,
    message: withoutValues(thrown.message, thrown),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: withoutValues(thrown.stack ?? '', thrown),
    ...(thrown.cause instanceof Error
      ? { cause: { type: thrown.cause.name, message: withoutValues(thrown.cause.message, thrown.cause) } }
      : {}),
  };
}

/** SQLSTATE classes 22 and 23: data exceptions and broken constraints, whose messages quote what somebody sent. */
const QUOTES_VALUES = /^2[23][0-9A-Z]{3}$/;

function withoutValues(text: string, error: Error): string {
  let safe = text;
  for (const each of [error, error.cause] as ({ code?: unknown; message?: string } | undefined)[]) {
    const { code, message } = each ?? {};
    if (typeof code !== 'string' || !message || !QUOTES_VALUES.test(code)) continue;
    safe = safe.replaceAll(message, message.split(/[:"]/)[0]!.trimEnd());
  }
  return safe;
}
