import { decodeSample } from '../reading/text-charset.ts';
import { isDataUrl, withoutDataUrl } from './base64-forms.ts';
import type { ContentFacts } from './content-facts.ts';
import { beginsAsFile, fileKind } from './file-kind.ts';
import { isProse } from './prose.ts';
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
  b: 'base64',
  base46: 'base64',
  bse64: 'base64',
  encodingbase64: 'base64',
  quotedprintable: 'quoted-printable',
  xquotedprintable: 'quoted-printable',
  quoted: 'quoted-printable',
  qp: 'quoted-printable',
  q: 'quoted-printable',
  quoteprintable: 'quoted-printable',
  quotedprint: 'quoted-printable',
  quotedprintabel: 'quoted-printable',
  quotedprintible: 'quoted-printable',
  quotedprintble: 'quoted-printable',
  qoutedprintable: 'quoted-printable',
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
  if (named === 'uuencode' && beginning().split('\n').some(isUuBegin)) return named;
  if (named === 'uuencode') return (!isText && hiddenEncoding(facts)) || '';
  if (named === 'base64' && facts.isEightBit && fileKind(facts.sample)) return 'binary';
  if (!isText && named !== 'base64') return hiddenEncoding(facts) ?? named;
  if (named === 'base64' && isText && isProse(beginning(), facts.isCut)) return facts.isEightBit ? '8bit' : '';
  return named;
}

const BASE64_LINE = /^[\w+/-]{16,}={0,2}$/;

/** How a file is encoded whose header does not say it: its first line is base64 of a kind that is known, or it begins as uuencode does. */
function hiddenEncoding({ sample }: ContentFacts): MeantEncoding | null {
  const beginning = sample.toString('latin1', 0, 4096);
  const first = withoutEnd(beginning.trimStart().split('\n', 1)[0]!);
  if (BASE64_LINE.test(first) && beginsAsFile(Buffer.from(first, 'base64'))) return 'base64';
  return isUuBegin(first) && holdsUuFile(beginning) ? 'uuencode' : null;
}

/** The beginning of what a content stands for; null for an encoding that is not ours to read. */
export function decodedSample(facts: ContentFacts, encoding: MeantEncoding): Buffer | null {
  if (encoding === 'base64' && isDataUrl(facts.sample)) {
    const behind = Buffer.from(withoutDataUrl(facts.sample.toString('latin1')), 'latin1');
    return decodeSample(behind, encoding, facts.isCut);
  }
  if (encoding !== 'uuencode') return decodeSample(facts.sample, encoding, facts.isCut);
  const decoder = new UuDecoder();
  return Buffer.concat([decoder.push(facts.sample.toString('latin1')), decoder.end()]);
}
