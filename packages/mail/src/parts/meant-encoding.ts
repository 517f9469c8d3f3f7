import { decodeSample } from '../reading/text-charset.ts';
import type { ContentFacts } from './content-facts.ts';
import { fileKind } from './file-kind.ts';
import { UuDecoder } from './transfer-decoders.ts';
import { isUuBegin, withoutEnd } from './uu-lines.ts';
import { holdsUuFile } from './uu-splitter.ts';

/** `''`: none. `other`: one that is not ours to read. */
export type MeantEncoding = '' | '7bit' | '8bit' | 'binary' | 'base64' | 'quoted-printable' | 'uuencode' | 'other';

const SPELLINGS: Record<string, MeantEncoding> = {
  '': '',
  none: '',
  '7bit': '7bit',
  '7bits': '7bit',
  '8bit': '8bit',
  '8bits': '8bit',
  '7': '7bit',
  '8': '8bit',
  binary: 'binary',
  base64: 'base64',
  xbase64: 'base64',
  bas64: 'base64',
  b64: 'base64',
  base: 'base64',
  quotedprintable: 'quoted-printable',
  xquotedprintable: 'quoted-printable',
  quoted: 'quoted-printable',
  qp: 'quoted-printable',
  uuencode: 'uuencode',
  xuuencode: 'uuencode',
  xuue: 'uuencode',
  uue: 'uuencode',
};

/** How a content is encoded: as it says (M11, M12), unless the content itself says otherwise. */
export function meantEncoding(written: string, isText: boolean, facts: ContentFacts): MeantEncoding {
  // Its first word: `base64; charset=utf-8`, `base64 (MIME)`, and what a damaged line end left behind it.
  const key = written
    .slice(0, 100)
    .replace(/([\w"])[\s;(,].*/s, '$1')
    .replace(/[^a-z0-9]/gi, '')
    .toLowerCase();
  const named = Object.hasOwn(SPELLINGS, key) ? SPELLINGS[key]! : 'other';
  const beginning = (): string => facts.sample.toString('latin1', 0, 4096);
  if (named === 'uuencode') return beginning().split('\n').some(isUuBegin) ? named : '';
  if (named === 'base64' && facts.isEightBit && fileKind(facts.sample)) return 'binary';
  if (!isText && IDENTITIES.has(named)) return hiddenEncoding(facts) ?? named;
  if (named === 'base64' && isText && isProse(beginning())) return facts.isEightBit ? '8bit' : '';
  return named;
}

const IDENTITIES = new Set<MeantEncoding>(['', '7bit', '8bit', 'binary', 'other']);
const BASE64_LINE = /^[A-Za-z0-9+/]{16,}={0,2}$/;

/** How a file is encoded whose header does not say it: its first line is base64 of a kind that is known, or it begins as uuencode does. */
function hiddenEncoding({ sample }: ContentFacts): MeantEncoding | null {
  const beginning = sample.toString('latin1', 0, 4096);
  const first = withoutEnd(beginning.trimStart().split('\n', 1)[0]!);
  if (BASE64_LINE.test(first) && fileKind(Buffer.from(first, 'base64'))) return 'base64';
  return isUuBegin(first) && holdsUuFile(beginning) ? 'uuencode' : null;
}

/** True for text that cannot be base64, whatever its label says: words with blanks between them. What stands behind its first line, or a broken delimiter, may not be its own. */
function isProse(written: string): boolean {
  const text = written.split('\n--', 1)[0]!;
  if (BASE64_LINE.test(withoutEnd(text.trimStart().split('\n', 1)[0]!))) return false;
  const strange = text.replace(/[A-Za-z0-9+/=\r\n]+/g, '').length;
  return strange > 2 && strange > text.length / 20;
}

/** The beginning of what a content stands for; null for an encoding that is not ours to read. */
export function decodedSample(facts: ContentFacts, encoding: MeantEncoding): Buffer | null {
  if (encoding !== 'uuencode') return decodeSample(facts.sample, encoding, facts.isCut);
  const decoder = new UuDecoder();
  return Buffer.concat([decoder.push(facts.sample.toString('latin1')), decoder.end()]);
}
