'use client';
import type { DeviceCredential } from '@hikyaku/contracts';
import { useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';

export interface PrintedCard {
  name: string;
  /** Where the device stands. */
  site: string;
  credential: DeviceCredential;
}

/** On paper alone: a card for each device, two beside each other, none cut in two by the end of a sheet. */
export function PrintedCards({ cards }: { cards: readonly PrintedCard[] }) {
  const credentials = useTranslations('credentials');
  const fleet = useTranslations('fleet');
  const dates = useDates();
  return (
    <section aria-hidden="true" className="hidden print:block">
      <p className="mb-3">{credentials('printedAt', { when: dates.full(new Date().toISOString()) })}</p>
      <ul className="grid grid-cols-2 gap-3">
        {cards.map(({ name, site, credential: { host, ports, username, login, password } }) => (
          <li key={username} className="break-inside-avoid rounded-md border border-line-strong p-3">
            <p className="font-semibold wrap-anywhere">{name}</p>
            {site ? <p className="text-sm wrap-anywhere">{site}</p> : null}
            <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 text-sm">
              {(
                [
                  [credentials('host'), host],
                  [fleet('credentialPort'), String(ports.submission)],
                  [fleet('credentialPortTls'), String(ports.smtps)],
                  [credentials('username'), username],
                  [fleet('credentialLogin'), login],
                  [credentials('password'), password],
                ] as const
              ).map(([label, value]) => (
                <div key={label} className="contents">
                  <dt>{label}</dt>
                  <dd className="font-mono font-semibold wrap-anywhere">{value}</dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
      <p className="mt-3 text-sm">{credentials('printPasswordHint')}</p>
    </section>
  );
}
