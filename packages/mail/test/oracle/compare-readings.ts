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

/** A mail before and after, by one reader. With `truth` only what is meant counts; without, a reading that is less damaged is better. */
export function compareReadings(before: MailReading, after: MailReading, truth?: MailTruth): Comparison {
  const items = truth ? (reading: MailReading) => trueItems(reading, truth) : itemsOf;
  const [had, has] = [items(before), items(after)];
  const lost = [...had].filter((item) => !has.has(item));
  const gained = [...has].filter((item) => !had.has(item));
  if (truth) return { verdict: lost.length ? 'worse' : gained.length ? 'better' : 'same', lost };
  // Nobody knows what was meant: the same thing less damaged is a gain, anything else that went is a loss.
  const worse = lost.filter(
    (item) => !gained.some((other) => kindOf(other) === kindOf(item) && damage(other) < damage(item)),
  );
  return { verdict: worse.length ? 'worse' : gained.length ? 'better' : 'same', lost: worse };
}

function trueItems(reading: MailReading, truth: MailTruth): Set<string> {
  const lines = new Set(reading.lines);
  const hashes = new Set(reading.attachments.map((one) => one.sha256));
  const named = new Set(reading.attachments.map((one) => `${one.name} ${one.sha256}`));
  return new Set([
    ...(reading.subject.trim() === truth.subject ? [`subject ${truth.subject}`] : []),
    ...truth.lines.filter((line) => lines.has(line)).map((line) => `line ${line}`),
    ...truth.attachments.filter((one) => hashes.has(one.sha256)).map((one) => `content of ${one.name}`),
    ...truth.attachments.filter((one) => named.has(`${one.name} ${one.sha256}`)).map((one) => `name of ${one.name}`),
  ]);
}

function itemsOf(reading: MailReading): Set<string> {
  return new Set([
    ...(reading.subject.trim() ? [`subject ${reading.subject.replace(/\s+/g, ' ').trim()}`] : []),
    ...reading.lines.map((line) => `line ${line}`),
    ...reading.attachments.map((one) => `content ${one.sha256}`),
    ...reading.attachments.filter((one) => one.name).map((one) => `name ${one.name} of ${one.sha256}`),
  ]);
}

const kindOf = (item: string): string => item.slice(0, item.indexOf(' '));

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const DAMAGE = /[\ufffd\0-\x08\x0e-\x1f\x7f-\x9f]|=\?[^?\s]+\?[bq]\?|[\xa0-\xff]{2}|\$B/gi;
/** Characters that no text has: replaced ones, controls, undecoded words, and rows of Latin letters that are bytes of another charset. */
function damage(item: string): number {
  return item.match(DAMAGE)?.length ?? 0;
}
