import type { Readable } from 'node:stream';

/** A program's log, a record of JSON a line, while it runs. What a killed one has begun and not ended is no record. */
export function readLogLines<Line>(output: Readable, take: (line: Line) => void): void {
  let rest = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) take(JSON.parse(line) as Line);
  });
}
