const LOCALES = { ja: 'ja-JP', en: 'en-GB' };

/** Where no zone is known: Japanese is read in Japan, and everybody else is told UTC. */
const ZONES = { ja: 'Asia/Tokyo', en: 'UTC' };

/** A moment in words, with the zone's name, so that nobody reads another zone's time for his own. */
export function timeFor(language: keyof typeof LOCALES, zone: string | null, at: Date): string {
  const timeZone = zone ?? ZONES[language];
  const format = new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const named = new Intl.DateTimeFormat(LOCALES[language], { timeZone, timeZoneName: 'short' });
  const name = named.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
  return `${format.format(at)} ${name}`;
}
