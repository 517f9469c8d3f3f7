import { type DestinationStream, pino } from 'pino';

/** Lines wait that long for others: one write, and one turn of whoever reads the pipe, for some tens of mails. */
const GATHER_MS = 100;
/** Bytes after which they wait no longer. */
const GATHER_BYTES = 8 * 1024;
/** From here on a line is written at once, with all before it: what a process says last must not be lost with it. */
const URGENT = pino.levels.values.warn!;

export interface LogOutput extends DestinationStream {
  /** Writes what waits. */
  flush(): void;
}

let shared: LogOutput | undefined;

/** Standard output, the one of this process. A kill loses a tenth of a second of plain lines, never a warning. */
export function logOutput(): LogOutput {
  shared ??= openLogOutput();
  return shared;
}

function openLogOutput(): LogOutput {
  const stdout = pino.destination({ dest: 1, sync: true, minLength: GATHER_BYTES });
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    stdout.flushSync();
  };
  process.on('exit', flush);
  const output = {
    // With it pino says of what level the line is.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      stdout.write(line);
      if (output.lastLevel >= URGENT) flush();
      else timer ??= setTimeout(flush, GATHER_MS).unref();
    },
    flush,
  };
  return output;
}
