import type { MailReading } from './mail-reading.ts';

/** What a mail means, where somebody knows. */
export interface MailTruth {
  subject: string;
  lines: string[];
  attachments: { name: string; sha256: string }[];
}

export type Verdict = 'better' | 'same' | 'worse';

export interface Comparison {
  verdict: Verdict;
  /** What was there before and is not, in words. */
  lost: string[];
}

/** A mail before and after, by one reader: with `truth` only what is meant counts. */
export function compareWithTruth(before: MailReading, after: MailReading, truth: MailTruth): Comparison {
  const [had, has] = [trueItems(before, truth), trueItems(after, truth)];
  const lost = [...had].filter((item) => !has.has(item));
  const gained = [...has].filter((item) => !had.has(item));
  return { verdict: lost.length ? 'worse' : gained.length ? 'better' : 'same', lost };
}

/**
 * The same where nobody knows what was meant: what is less damaged is better, anything else that went is a loss, but for a header's line that a reader took
 * for text and that stands in the header now, for lines that are wrapped in another way, for a file that now is what another reader saw in it all along (`known`: digests of what
 * any reader saw before), and for a whole multipart shown as one nameless file. `header`: that of the prepared mail.
 */
export function compareBlindly(
  before: MailReading,
  after: MailReading,
  header: string,
  known: ReadonlySet<string> = new Set(),
): Comparison {
  const [had, has] = [itemsOf(before), itemsOf(after)];
  const gained = [...has].filter((item) => !had.has(item));
  const shown = [squeeze(header), squeeze(after.lines.join(''))];
  const named = new Set(before.attachments.filter(({ name }) => name).map(({ sha256 }) => `content ${sha256}`));
  const isKnown = (item: string): boolean => {
    const place = before.attachments.findIndex(({ sha256 }) => item.endsWith(sha256));
    return place !== -1 && known.has(after.attachments[place]?.sha256 ?? '');
  };
  const lost = [...had].filter((item) => {
    if (has.has(item) || gained.some((other) => kindOf(other) === kindOf(item) && damage(other) < damage(item)))
      return false;
    if (kindOf(item) === 'line') return !isShown(item.slice('line '.length), shown) && !isFileNow(item, gained);
    return !isKnown(item) && (kindOf(item) !== 'content' || named.has(item) || gained.length === 0);
  });
  return { verdict: lost.length ? 'worse' : gained.length ? 'better' : 'same', lost };
}

/** A row of uuencode in a text whose file is a file now. */
const isFileNow = (item: string, gained: string[]): boolean =>
  /^line (?:begin [0-7]{3,4} .*|end|[!-`][ -`]{0,86})$/.test(item) &&
  gained.some((other) => kindOf(other) === 'content');

/** A line that stands in one of the texts: as it is, without its field's name, as what it says in base64; or that says nothing. */
function isShown(line: string, texts: readonly string[]): boolean {
  const forms = [line, line.slice(line.indexOf(':') + 1)].map(squeeze);
  if (/^[A-Za-z0-9+/]{16,}=*$/.test(line)) forms.push(squeeze(Buffer.from(line, 'base64').toString()));
  return line.replace(DAMAGE, '').trim() === '' || forms.some((form) => texts.some((text) => text.includes(form)));
}

function trueItems(reading: MailReading, truth: MailTruth): Set<string> {
  const lines = new Set(reading.lines);
  const hashes = new Set(reading.attachments.map((one) => one.sha256));
  const named = new Set(reading.attachments.map((one) => `${one.name} ${one.sha256}`));
  return new Set([
    ...(truth.subject && reading.subject.trim() === truth.subject ? [`subject ${truth.subject}`] : []),
    ...truth.lines.filter((line) => lines.has(line)).map((line) => `line ${line}`),
    ...truth.attachments.filter((one) => hashes.has(one.sha256)).map((one) => `content of ${one.name}`),
    ...truth.attachments.filter((one) => named.has(`${one.name} ${one.sha256}`)).map((one) => `name of ${one.name}`),
  ]);
}

function itemsOf(reading: MailReading): Set<string> {
  return new Set([
    ...(reading.subject.trim() ? [`subject ${squeeze(reading.subject)}`] : []),
    ...reading.lines.map((line) => `line ${line}`),
    ...reading.attachments.map((one) => `content ${one.sha256}`),
    ...reading.attachments.filter((one) => one.name).map((one) => `name ${fileName(one.name)} of ${one.sha256}`),
  ]);
}

/** What no file's name can hold is nobody's loss (M13). */
const fileName = (name: string): string => name.replace(/[\\/:*?"<>|]/g, '_').replace(/\s+/g, ' ');

const kindOf = (item: string): string => item.slice(0, item.indexOf(' '));
const squeeze = (text: string): string => text.replace(/\s/g, '');

/** What no text has: replaced characters, controls, words that were not decoded, and rows of Latin letters that are bytes of another charset. */
const DAMAGE =
  /[^\t\n\r -~\xa0-\ufffc\u{10000}-\u{10ffff}]|=\?[^?\s]+\?[bq]\?|[\xa0-\xff]{3}|\$B|[ÃÂ][\x80-\xbf]|â[\x80-\xbfŒœŠšŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|\+[\w+/]{2,}-/giu;

function damage(item: string): number {
  return item.match(DAMAGE)?.length ?? 0;
}
