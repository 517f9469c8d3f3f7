import { clockOffsetMs } from '@hikyaku/core';

/** What a digest says of the mails in it. */
export interface DigestFacts {
  /** Of the device, or of the site. */
  name: string;
  /** The oldest first; without a subject where the tenant wishes so, and with the device's name where they are of several. */
  mails: { at: Date; subject: string | null; deviceName: string | null }[];
  /** Of all mails in a digest that waits for its mailbox, of which `mails` are the oldest. */
  held?: { count: number; firstAt: Date; lastAt: Date };
  /** Of the device; null: not known. */
  timeZone: string | null;
  pictures: number;
}

/** Lines of single mails: what a person still reads on a phone. */
export const MAX_LINES = 50;

/** Subject and text of a digest, Japanese and English both: the recipient's language is not known. */
export function digestWords(facts: DigestFacts): { subject: string; text: string; languages: readonly string[] } {
  const { name, mails, pictures, held } = facts;
  const { count, firstAt, lastAt } = held ?? { count: mails.length, firstAt: mails[0]!.at, lastAt: mails.at(-1)!.at };
  const timeZone = facts.timeZone ?? 'UTC';
  // Where the clocks were set back in between, an hour comes twice.
  const isChanged = clockOffsetMs(timeZone, firstAt) !== clockOffsetMs(timeZone, lastAt);
  const wall = { timeZone, hour: '2-digit', minute: '2-digit' } as const;
  const clock: Intl.DateTimeFormatOptions = isChanged ? { ...wall, timeZoneName: 'shortOffset' } : wall;
  const toDay = new Intl.DateTimeFormat('en-CA', { timeZone, month: '2-digit', day: '2-digit' });
  const isOneDay = toDay.format(firstAt) === toDay.format(lastAt);
  // Of a night, or of what was held for a week, the clock alone says nothing.
  const timeBy = (format: Intl.DateTimeFormat) => (at: Date) =>
    isOneDay ? format.format(at) : `${toDay.format(at)} ${format.format(at)}`;
  const toMinute = timeBy(new Intl.DateTimeFormat('en-GB', clock));
  const toSecond = timeBy(new Intl.DateTimeFormat('en-GB', { ...clock, second: '2-digit' }));
  const [first, last] = [toMinute(firstAt), toMinute(lastAt)];
  const span = `${first === last ? first : `${first}–${last}`}${facts.timeZone === null ? ' UTC' : ''}`;
  const shown = mails.slice(0, MAX_LINES);
  return {
    languages: ['ja', 'en'],
    subject: `${name}: ${count}件のまとめ / ${count} alerts (${span})`,
    text: [
      `「${name}」から ${span} に届いた ${count}件の通知を、1通にまとめました。`,
      ...(pictures > 1 ? ['最初と最後の画像を付けています。'] : pictures === 1 ? ['画像を 1枚付けています。'] : []),
      ...(held
        ? ['メールアカウントが使えないあいだに通知が多く届いたため、途中の画像は残していません。']
        : ['すべてを 1通ずつ受け取るには、Hikyaku の機器の設定で「まとめずにすべて送る」を選んでください。']),
      '',
      `${count} alerts of "${name}" from ${span}, in one mail.`,
      ...(pictures > 1
        ? ['The first and the last picture are attached.']
        : pictures === 1
          ? ['One picture is attached.']
          : []),
      held
        ? 'So many came while the mailbox could not be used that the pictures between were not kept.'
        : 'To get each of them by itself, choose "Send every mail by itself" in the settings of the device in Hikyaku.',
      '',
      ...shown.map(({ at, subject, deviceName }) =>
        [toSecond(at), deviceName, subject].filter((part) => part !== null).join('  '),
      ),
      ...(count > shown.length ? [`… +${count - shown.length}`] : []),
      '',
    ].join('\n'),
  };
}
