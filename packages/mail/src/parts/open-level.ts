import { isNearly } from '../reading/meant-value.ts';
import type { PartRoot } from './part-root.ts';

/** A multipart that was begun and not ended. */
export interface OpenLevel {
  index: number;
  /** Declared, or found: null while neither. Of printable ASCII, as it leaves. */
  boundary: string | null;
  /** Others whose delimiters count as well: the declared one, where another was found (it may have been the first that was damaged), and those that hold other bytes. */
  others: string[];
  isSeen: boolean;
  /** As it says, while nothing has shown that it is not. */
  encoding: PartRoot['encoding'];
}

/** The innermost multipart whose delimiter a line is; `isRenamed`: by a boundary that it has no more. */
export function matchDelimiter(
  levels: readonly OpenLevel[],
  line: string,
): { depth: number; isEnd: boolean; isRenamed: boolean } | null {
  for (let depth = levels.length - 1; depth >= 0; depth--) {
    const { boundary, others } = levels[depth]!;
    for (const mark of others.length === 0 ? [boundary] : [boundary, ...others]) {
      if (!mark || !line.startsWith(mark, 2)) continue;
      const rest = line.slice(2 + mark.length);
      if (rest === '' || rest === '--') return { depth, isEnd: rest !== '', isRenamed: mark !== boundary };
    }
  }
  return null;
}

/** A boundary as it can leave: raw bytes are written in different ways in a header, so that no reader would find its delimiters. */
export function writableBoundary(mark: string): string {
  return /^[ -~]*$/.test(mark) ? mark : `=_${Buffer.from(mark, 'latin1').toString('hex').slice(0, 60)}`;
}

/** A multipart that begins. `boundary`: as declared. */
export function openLevel(index: number, { boundary, encoding }: PartRoot): OpenLevel {
  const written = boundary === null ? null : writableBoundary(boundary);
  return { index, boundary: written, others: written === boundary ? [] : [boundary!], isSeen: false, encoding };
}

/** Takes the boundary of a first delimiter line as the multipart's, and gives that line as it leaves. */
export function takeFound(level: OpenLevel, mark: string): string {
  const declared = level.boundary;
  // The declared one but for bytes that were damaged.
  if (declared === null || !isNearly(mark, declared)) {
    if (declared !== null) level.others.push(declared);
    level.boundary = writableBoundary(mark);
  }
  if (level.boundary !== mark) level.others.push(mark);
  return `--${level.boundary}\r\n`;
}
