'use client';

/** Most of those who use this live there; it is not searched for among four hundred. */
const FIRST = 'Asia/Tokyo';

/** Zones to choose from, one that the browser does not list among them. */
export function ZoneOptions({ kept }: { kept: string | null }) {
  const known = [...new Set([FIRST, ...(kept ? [kept] : []), 'UTC', ...Intl.supportedValuesOf('timeZone')])];
  return known.map((name) => (
    <option key={name} value={name}>
      {name.replaceAll('_', ' ')}
    </option>
  ));
}
