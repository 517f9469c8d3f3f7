import { type DestinationStream, pino } from 'pino';

/** Lines wait that long for others: one write, and one turn of whoever reads the pipe, for some tens of mails. */
const GATHER_MS = 100;
/** After so many they wait no longer. */
const GATHER_CHARACTERS = 8 * 1024;
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
  // It writes at once, tries again where a pipe is full, and falls silent when nobody reads any more. Its own `flushSync` must not be used for
  // gathering: without a reader it tries for ever.
  const stdout = pino.destination({ dest: 1, sync: true });
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const text = waiting;
    waiting = '';
    if (text) stdout.write(text);
  };
  process.on('exit', flush);
  const output = {
    // With it pino says of what level the line is.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      waiting += line;
      if (output.lastLevel >= URGENT || waiting.length >= GATHER_CHARACTERS) flush();
      else timer ??= setTimeout(flush, GATHER_MS).unref();
    },
    flush,
  };
  return output;
}
