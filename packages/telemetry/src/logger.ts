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
    },
    logOutput(),
  );
}

/** That the process is ready, at any level: the supervisor waits for this line. */
export function sayStarted(logger: Logger, fields: Record<string, unknown>): void {
  logger.child({}, { level: 'info' }).info({ event: 'started', ...fields });
  logOutput().flush();
}

/** Message, code and stack only: libraries hang whole requests, tokens included, on their errors. */
function serializeError(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return { message: String(thrown) };
  const code = (thrown as { code?: unknown }).code;
  return {
    type: thrown.name,
    message: thrown.message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: thrown.stack,
    ...(thrown.cause instanceof Error ? { cause: { type: thrown.cause.name, message: thrown.cause.message } } : {}),
  };
}
