import { type Logger as PinoLogger, pino } from 'pino';
import { logOutput } from './log-output.ts';

export type Logger = PinoLogger;

/** Fields that must never reach a log, wherever a caller put them by mistake. */
const SECRET = new Set(['password', 'secret', 'token', 'authorization', 'cookie', 'set-cookie']);
/** Of `req.headers.cookie`, the deepest that anybody logs. */
const MAX_DEPTH = 3;

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
      formatters: { level: (label) => ({ level: label }), log: withoutSecrets, bindings: withoutSecrets },
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

/**
 * The fields, a copy where there is something to hide. pino's own `redact` takes each field apart by each of its paths, which costs an edge more than all
 * the rest of a line.
 */
function withoutSecrets(fields: Record<string, unknown>, depth = 1): Record<string, unknown> {
  let safe = fields;
  for (const key in fields) {
    const value = fields[key];
    const isSecret = SECRET.has(key) && value !== undefined;
    const isLookedInto = depth < MAX_DEPTH && typeof value === 'object' && value !== null && !(value instanceof Error);
    const shown = isLookedInto ? withoutSecrets(value as Record<string, unknown>, depth + 1) : value;
    if (!isSecret && shown === value) continue;
    if (safe === fields) safe = (Array.isArray(fields) ? [...fields] : { ...fields }) as typeof fields;
    safe[key] = isSecret ? '[redacted]' : shown;
  }
  return safe;
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
