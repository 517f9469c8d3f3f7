import { isAscii } from 'node:buffer';
import { areAllBut, type LineSurvey } from '../line-ends.ts';
import type { MailChange } from '../mail-change.ts';
import type { CharsetHints } from '../reading/charset.ts';
import type { ScannedHeader } from '../reading/header-scan.ts';
import type { ContentLines } from '../writing/content-fields.ts';
import { contentLines } from '../writing/content-lines.ts';
import { partHeader } from '../writing/part-header.ts';
import type { BodyPlan, PartPlan } from './body-plan.ts';
import type { ContentFacts } from './content-facts.ts';
import type { MultipartShape, PartEvents } from './part-events.ts';
import type { PartRoot } from './part-root.ts';
import { PartWalker } from './part-walker.ts';

/** RFC 5322 section 2.1.1. */
const LINE_MAX = 998;
/** So much of a part is looked at for its charset; the edge sees as much of a mail. */
const SAMPLE = 64 * 1024;
/** A file's first bytes tell its kind. */
const FILE_SAMPLE = 4096;
/** More than the headers of any real mail's parts; parts behind that leave as they came. */
const MAX_PLAN_CHARACTERS = 1024 * 1024;

export interface BodySurvey {
  lines: LineSurvey;
  /** The mail's own Content-* fields as they have to be. */
  own: ContentLines;
  /** Null when nothing but line ends has to change. */
  plan: BodyPlan | null;
}

interface OpenPart {
  header: ScannedHeader;
  isText: boolean;
  /** Its header's bytes can stay: no NUL, and ended by an empty line. */
  isWhole: boolean;
  sample: string[];
  sampleBytes: number;
  sampleMax: number;
  facts: Omit<ContentFacts, 'sample' | 'isCut'>;
  hasPadding: boolean;
  parent: number | undefined;
}

/**
 * Reads a body chunk by chunk and decides what has to be mended in each part. `root`: what is known of the whole before (`mailRootOf`). Memory: the open parts' headers, one part's sample and what was decided.
 * `changes` takes the names of the repairs.
 */
export function createBodySurvey(
  header: ScannedHeader,
  root: PartRoot,
  hints: CharsetHints,
  changes: Set<MailChange>,
): { push(chunk: Buffer): void; end(): BodySurvey } {
  const parts: Record<number, PartPlan> = {};
  const open = new Map<number, OpenPart>();
  const multiparts: number[] = [];
  let own: ContentLines | undefined;
  let planned = 0;
  let isPlanned = false;
  let delimitersInRow = 0;
  let hasParts = false;
  /** Contents may be decoded, so that a chunk says nothing of them. */
  let mayDecode = false;
  /** Bytes since the last that was no plain text; what the walker held back may be that old. */
  let plainBytes = Number.POSITIVE_INFINITY;
  let bytes = 0;
  /** The last three bytes. */
  let tail = '\n';

  const begin = (index: number, of: ScannedHeader, its: PartRoot, isWhole: boolean): void => {
    const facts = {
      isEightBit: false,
      hasNul: false,
      isLong: false,
      isOddBase64: false,
      hasFiles: false,
      hasText: false,
    };
    const { isMultipart, isText, encoding } = its;
    open.set(index, {
      header: of,
      isText,
      isWhole,
      sample: [],
      sampleBytes: 0,
      sampleMax: isText || isMultipart ? SAMPLE : FILE_SAMPLE,
      facts,
      hasPadding: false,
      parent: multiparts.at(-1),
    });
    if (isMultipart) multiparts.push(index);
    if (encoding) {
      mayDecode = true;
      plainBytes = 0;
    }
  };

  const look = (index: number, text: string): void => {
    const part = open.get(index);
    if (!part) return;
    if (part.sampleBytes < part.sampleMax) part.sample.push(text.slice(0, part.sampleMax - part.sampleBytes));
    part.sampleBytes += text.length;
    const { facts } = part;
    if (plainBytes < HELD_BACK) {
      facts.isEightBit ||= EIGHT_BIT.test(text);
      facts.hasNul ||= text.includes('\0');
    }
    if (facts.isOddBase64) return;
    const padding = part.hasPadding ? 0 : text.indexOf('=');
    if (padding === -1) return;
    part.hasPadding = true;
    facts.isOddBase64 = BEHIND_PADDING.test(text.slice(padding));
  };

  const decide = (index: number, multipart: MultipartShape | null): void => {
    const part = open.get(index);
    if (!part) return;
    open.delete(index);
    const sample = Buffer.from(part.sample.join(''), 'latin1');
    const facts = { ...part.facts, sample, isCut: part.sampleBytes > part.sampleMax };
    const lines = contentLines(part.header, facts, multipart, hints, changes);
    const parent = part.parent === undefined ? undefined : open.get(part.parent);
    if (parent && lines.isFile) parent.facts.hasFiles = true;
    if (parent && (multipart ? facts.hasText : part.isText && !lines.isFile)) parent.facts.hasText = true;
    if (facts.hasNul && lines.transform === 'keep') changes.add('body.nul_removed');
    const isKept = lines.transform === 'keep' && !facts.hasNul && !multipart?.wasEncoded && !lines.lead;
    if (index === 0) own = lines;
    const rewritten = index === 0 ? null : partHeader(part.header, part.isWhole, lines, hints, changes);
    // What was walked through decoded leaves so, whatever its header costs.
    const hasRoom = planned <= MAX_PLAN_CHARACTERS || multipart?.wasEncoded;
    if ((isKept && rewritten === null) || !hasRoom) return;
    planned += rewritten?.length ?? 0;
    const { transform, split, lead } = lines;
    parts[index] = { header: rewritten, transform, ...(split && { split }), ...(lead && { lead }) };
    isPlanned = true;
  };

  const events: PartEvents = {
    header(index, { header: of, root: its, raw, hasEnd }) {
      delimitersInRow = 0;
      hasParts = true;
      begin(index, of, its, hasEnd && !ODD_END.test(raw));
    },
    content: look,
    partEnd(index, shape) {
      const part = open.get(index);
      if (part) {
        part.facts.isLong = shape.longest > LINE_MAX;
        part.facts.isOddBase64 ||= shape.isOdd;
      }
      decide(index, null);
    },
    outside(index, text, shape) {
      const part = open.get(index);
      if (part) {
        look(index, text);
        part.facts.isLong ||= shape.longest > LINE_MAX;
      } else if (shape.longest > LINE_MAX || text.includes('\0')) isPlanned = true;
    },
    delimiter(text, _lineEnd, how) {
      delimitersInRow += 1;
      // A part without anything, not even a header, is left out; where there is no other, nothing would be left.
      if (how !== 'as_it_came' || (delimitersInRow > 1 && hasParts) || ODD_END.test(text)) isPlanned = true;
      if (how === 'added') changes.add('parts.closed');
      if (how === 'reopened') changes.add('parts.reopened');
      if (how === 'parted') changes.add('parts.boundary_found');
    },
    multipartEnd(index, shape) {
      if (multiparts.at(-1) === index) multiparts.pop();
      delimitersInRow = 0;
      decide(index, shape);
    },
    rest() {},
  };
  begin(0, header, root, true);
  const walker = new PartWalker(root, events);
  return {
    push(chunk) {
      if (chunk.length === 0) return;
      bytes += chunk.length;
      tail = (tail + chunk.toString('latin1', Math.max(0, chunk.length - 3))).slice(-3);
      plainBytes = !mayDecode && isAscii(chunk) && !chunk.includes(0) ? plainBytes + chunk.length : 0;
      walker.push(chunk.toString('latin1'));
    },
    end() {
      walker.end();
      const { bareLf, bareCr, lineEnds, doubled } = walker.counts;
      const single = tail.endsWith('\n') && tail !== '\r\r\n' ? 1 : 0;
      const others = lineEnds - doubled - single;
      // One slip of a line end shows as a LF and a CR; a mail that was cut may end in CRs alone.
      const atCut = tail.endsWith('\r\r') ? 2 : tail.endsWith('\r') ? 1 : 0;
      const damaged = Math.max(others, bareCr - atCut - doubled);
      const isDoubled = doubled > 0 && others >= 0 && areAllBut(doubled, damaged);
      const lines = { bytes, bareLf, bareCr, isEnded: /[\r\n]$/.test(tail), isDoubled, doubled };
      return { lines, own: own!, plan: isPlanned ? { root, parts } : null };
    },
  };
}

/** More than a header and a line. */
const HELD_BACK = 16 * 1024;
/** NUL, and CR that is half of no line end: behind a delimiter or a field it is no line of its own. */
const ODD_END = /\0|\r(?!\n)/;
const EIGHT_BIT = /[\x80-\xff]/;
const BEHIND_PADDING = /[^=\s]/;
