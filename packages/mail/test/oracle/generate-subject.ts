import { CHARSETS } from '../charset-texts.ts';
import { type Dice, latin, quoted, utf8 } from './dice.ts';

type Subject = [written: string, meant: string];

const JAPANESE = '玄関カメラ';
const inJapanese = (label: string): Buffer => CHARSETS.find((one) => one.label === label)!.encode(JAPANESE);

function word(label: string, encoding: string, bytes: Buffer): string {
  const q = quoted(latin(bytes)).replace(/[?_]/g, (char) => (char === '?' ? '=3F' : '=5F'));
  return `=?${label}?${encoding}?${/b/i.test(encoding) ? bytes.toString('base64') : q.replaceAll(' ', '_')}?=`;
}

/** A subject as it is written, one byte per character, LF before a fold; and what it says. */
export function generateSubject(dice: Dice): Subject {
  const { label, text, encode } = dice.oneOf(CHARSETS);
  const meant = text.trim();
  const bytes = encode(meant);
  const utf = Buffer.from(meant);
  const half = Math.ceil(utf.length / 2);
  const encoding = dice.oneOf(['B', 'Q', 'b', 'q']);
  const own = word(label, encoding, bytes);
  return dice.oneOf<() => Subject>([
    () => ['Motion detected on camera 1', 'Motion detected on camera 1'],
    () => [`Alarm ${'x'.repeat(dice.below(1200))} 1`, ''],
    () => [own, meant],
    () => [own.replace(/=*\?=$/, '?='), meant],
    () => [own.slice(0, -2 - dice.below(6)), meant],
    () => [`${own}\n ${own}`, `${meant}${meant}`],
    () => [`${own}${own}`, `${meant}${meant}`],
    () => [`Alarm ${own} 3`, `Alarm ${meant} 3`],
    () => [`"${own}"`, `"${meant}"`],
    () => [`[${own}] 1/3`, `[${meant}] 1/3`],
    () => [`${word('UTF-8', 'B', utf.subarray(0, half))}\n ${word('UTF-8', 'B', utf.subarray(half))}`, meant],
    () => [`${word('utf-8', 'Q', utf.subarray(0, half))}\n\t${word('UTF-8', 'Q', utf.subarray(half))}`, meant],
    () => [utf8(meant), meant],
    () => [latin(bytes), meant],
    () => [`=?utf-8?Q?${meant.replaceAll(' ', '_').replace(/[^ -~]/g, (char) => quoted(utf8(char)))}!?=`, `${meant}!`],
    () => [`=?${label}?Q?${latin(bytes).replaceAll(' ', '_')}?=`, meant],
    () => [
      word(dice.oneOf(['us-ascii', 'utf-8', 'iso-8859-1', 'iso-2022-jp']), 'B', inJapanese('ISO-2022-JP')),
      JAPANESE,
    ],
    () => [latin(inJapanese('ISO-2022-JP')), JAPANESE],
    () => [
      `=?gb2312?B?${CHARSETS.find((one) => one.label === 'GB18030')!
        .encode('大门')
        .toString('base64')}?=`,
      '大门',
    ],
    () => [`a =?x? ${meant.length} ?= b`, `a =?x? ${meant.length} ?= b`],
  ])();
}
