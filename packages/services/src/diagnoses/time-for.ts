const LOCALES = { ja: 'ja-JP', en: 'en-GB' };

/** A moment in words, with the zone's name, so that nobody reads another zone's time for his own. */
export function timeFor(language: keyof typeof LOCALES, timeZone: string, at: Date): string {
  const format = new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const named = new Intl.DateTimeFormat(LOCALES[language], { timeZone, timeZoneName: 'short' });
  const name = named.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
  return `${format.format(at)} ${name}`;
}
