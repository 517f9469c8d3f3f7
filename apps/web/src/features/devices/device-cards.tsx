'use client';
import { useTranslations } from 'next-intl';
import { Ago } from '../../i18n/ago.tsx';
import type { FleetRow } from '../fleet/device-order.ts';
import { RowChunks } from '../messages/row-chunks.tsx';
import { ItemLink } from '../shell/item-link.tsx';
import { DeviceState } from './device-state.tsx';

/** The devices on a phone. */
export function DeviceCards({ rows }: { rows: readonly FleetRow[] }) {
  const t = useTranslations('devices');
  return (
    <div className="grid gap-3">
      <RowChunks rows={rows}>
        {(chunk, { ref, spacerPx }) => (
          <ul ref={ref} className="grid gap-3">
            {spacerPx === null ? (
              chunk.map(({ device, mailbox }) => (
                <li
                  key={device.id}
                  className="relative grid gap-1.5 rounded-lg border border-line bg-surface p-4 shadow-lift"
                >
                  <ItemLink
                    href={`/devices/${device.id}`}
                    className="text-lg font-semibold wrap-anywhere text-ink no-underline after:absolute after:inset-0"
                  >
                    {device.name}
                  </ItemLink>
                  <p className="text-sm wrap-anywhere text-ink-soft">{mailbox?.address ?? t('noMailbox')}</p>
                  <div className="mt-1 flex flex-wrap items-center justify-between gap-2">
                    <DeviceState device={device} mailbox={mailbox} />
                    {device.lastMessageAt ? (
                      <span className="text-sm text-ink-soft">
                        {t('lastMail')} <Ago at={device.lastMessageAt} />
                      </span>
                    ) : null}
                  </div>
                </li>
              ))
            ) : (
              <li style={{ height: spacerPx }} />
            )}
          </ul>
        )}
      </RowChunks>
    </div>
  );
}
