'use client';
import { useFormatter } from 'next-intl';

const UNITS = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const;

/** A span of time by its largest unit of which there are two, or one that is whole enough; tenths below ten seconds. */
export function spanOf(ms: number): { value: number; unit: 'day' | 'hour' | 'minute' | 'second' } {
  const found = UNITS.find((one) => ms >= 1.5 * one.ms);
  if (found) return { value: Math.round(ms / found.ms), unit: found.unit };
  const seconds = ms / 1_000;
  return { value: seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds), unit: 'second' };
}

/** "3 seconds", "5 minutes": milliseconds in the reader's words. */
export function useSpan(): (ms: number) => string {
  const format = useFormatter();
  return (ms) => {
    const { value, unit } = spanOf(ms);
    return format.number(value, { style: 'unit', unit, unitDisplay: 'long' }).replace(/(\d) /g, '$1\u00A0');
  };
}
