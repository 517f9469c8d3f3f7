/** A multipart that was begun and not ended. */
export interface OpenLevel {
  index: number;
  /** Declared, or found: null while neither. */
  boundary: string | null;
  /** Declared, where another one was found: its delimiters count as well, since it may have been the first of them that was damaged. */
  declared: string | null;
  isSeen: boolean;
  mayBeEncoded: boolean;
}

/** The innermost multipart whose delimiter a line is; `isRenamed`: by the boundary that it was declared with and has no more. */
export function matchDelimiter(
  levels: readonly OpenLevel[],
  line: string,
): { depth: number; isEnd: boolean; isRenamed: boolean } | null {
  for (let depth = levels.length - 1; depth >= 0; depth--) {
    const { boundary, declared } = levels[depth]!;
    for (const mark of [boundary, declared]) {
      if (!mark || !line.startsWith(mark, 2)) continue;
      const rest = line.slice(2 + mark.length);
      if (rest === '' || rest === '--') return { depth, isEnd: rest !== '', isRenamed: mark !== boundary };
    }
  }
  return null;
}
