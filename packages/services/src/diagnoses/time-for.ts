/** Where no zone is known: Japanese is read in Japan, and everybody else is told UTC. */
const ZONES = { ja: 'Asia/Tokyo', en: 'UTC' };

// As the pages write it beside these words (`apps/web/src/i18n/use-dates.ts`): one moment does not stand there in two forms.
const FORM = { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** A moment in words (`Nov 28, 22:50 GMT+9`, `11月28日 22:50 JST`), with the zone's name, so that nobody reads another zone's time for his own. */
export function timeFor(language: keyof typeof ZONES, zone: string | null, at: Date): string {
  return new Intl.DateTimeFormat(language, {
    ...FORM,
    timeZone: zone ?? ZONES[language],
    timeZoneName: 'short',
  }).format(at);
}
