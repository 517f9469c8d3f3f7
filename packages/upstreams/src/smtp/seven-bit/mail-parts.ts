import type { LinePiece } from './mail-lines.ts';

/** What a line is to the mail's structure. */
export type PartLine =
  /** Of the header of part `part`, blank line included; `head` with the last one: the whole header. */
  | { kind: 'header'; part: number; head: PartHead | null }
  /** Of the body of part `part`. `isLeaf`: text or data, that may be encoded. */
  | { kind: 'body'; part: number; isLeaf: boolean }
  /** A delimiter, or what stands around parts. */
  | { kind: 'between' };

export interface PartHead {
  /** As it came, with the blank line. */
  text: string;
  /** Lower case, '' where there is none. */
  encoding: string;
  isLeaf: boolean;
}

/** Headers are some kilobytes; what is longer is passed on as a body of unknown kind. */
const MAX_HEAD = 256 * 1024;
/** Nesting deeper than any mail program's. */
const MAX_DEPTH = 50;

/**
 * Follows a mail's parts line by line, as far as changing their encoding needs it. Signed and encrypted parts are one sealed body: a changed byte breaks them.
 */
export function createPartReader(): (line: LinePiece) => PartLine {
  const open: string[] = [];
  let part = 0;
  let head: string[] | null = [];
  let headLength = 0;
  let isLeaf = false;

  const begin = (): void => {
    part += 1;
    head = [];
    headLength = 0;
  };

  const endHead = (): PartHead => {
    const text = head!.join('');
    const unfolded = text.replace(/\r?\n(?=[ \t])/g, '');
    const type = fieldOf(unfolded, 'content-type');
    const encoding = fieldOf(unfolded, 'content-transfer-encoding').toLowerCase().trim();
    const kind = /^\s*([\w.+-]+\/[\w.+-]+)/.exec(type)?.[1]?.toLowerCase() ?? 'text/plain';
    const isSealed = kind === 'multipart/signed' || kind === 'multipart/encrypted';
    const boundary = kind.startsWith('multipart/') && !isSealed ? boundaryOf(type) : undefined;
    const isInner = kind === 'message/rfc822' && !['base64', 'quoted-printable'].includes(encoding);
    isLeaf = boundary === undefined && !isInner && !isSealed && !kind.startsWith('multipart/');
    if (boundary !== undefined && open.length < MAX_DEPTH) open.push(boundary);
    head = null;
    return { text, encoding, isLeaf };
  };

  return ({ bytes, isStart, isEnd }) => {
    const text = bytes.toString('latin1');
    const delimited = isStart && text.startsWith('--') ? findDelimited(open, text) : -1;
    if (delimited >= 0) {
      open.length = delimited + 1;
      const isClosing = text.startsWith(`--${open[delimited]!}--`);
      if (isClosing) {
        open.length = delimited;
        head = null;
        isLeaf = false;
        part += 1;
      } else begin();
      return { kind: 'between' };
    }
    if (!head) return { kind: 'body', part, isLeaf };
    head.push(text);
    headLength += text.length;
    // A line of blanks goes on with the header.
    const isBlank = isStart && isEnd && /^\r?\n$/.test(text);
    if (!isBlank && headLength < MAX_HEAD) return { kind: 'header', part, head: null };
    const of = part;
    const ended = endHead();
    // A mail inside a mail: its header comes next.
    if (isBlank && !ended.isLeaf && /^content-type:\s*message\/rfc822/im.test(ended.text)) begin();
    return { kind: 'header', part: of, head: ended };
  };
}

function findDelimited(open: string[], text: string): number {
  const line = text.trimEnd();
  return open.findLastIndex((boundary) => line === `--${boundary}` || line === `--${boundary}--`);
}

function fieldOf(head: string, name: string): string {
  const line = head.split('\n').find((each) => each.toLowerCase().startsWith(`${name}:`));
  return line ? line.slice(name.length + 1).trimEnd() : '';
}

function boundaryOf(type: string): string | undefined {
  const [, quoted, bare] = /[;\s]boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(type) ?? [];
  return quoted ?? bare;
}
