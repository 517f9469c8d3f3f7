/** What a pass over a body found. */
export interface LineSurvey {
  bytes: number;
  bareLf: number;
  bareCr: number;
  /** False when the last line has no end, and there is one. */
  isEnded: boolean;
}

/** True when every line already ends in CRLF: then the bytes pass untouched. */
export function isClean(survey: LineSurvey): boolean {
  return survey.bareLf === 0 && survey.bareCr === 0 && survey.isEnded;
}

/** Bytes after `repairLines`. */
export function repairedSize(survey: LineSurvey): number {
  return survey.bytes + survey.bareLf + survey.bareCr + (survey.isEnded ? 0 : 2);
}

/** Every LF, CR and CRLF as CRLF, and one at the end (D1, D4). */
export async function* repairLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held = '';
  let isEnded = true;
  for await (const chunk of source) {
    if (chunk.length === 0) continue;
    const text = held + toBuffer(chunk).toString('latin1');
    // A CR at the end waits for the LF that may follow.
    held = text.endsWith('\r') ? '\r' : '';
    const repaired = text.slice(0, text.length - held.length).replace(/\r\n?|\n/g, '\r\n');
    if (repaired) yield Buffer.from(repaired, 'latin1');
    isEnded = repaired ? repaired.endsWith('\n') : isEnded;
  }
  if (held || !isEnded) yield Buffer.from('\r\n');
}

/** The same memory as a Buffer. */
export function toBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
