import { ERROR_TABLE, type ErrorCode } from './errors/error-table.ts';

/** Why a host has no new certificate yet. Times in milliseconds since 1970. */
export interface CertificateTrouble {
  code: ErrorCode;
  /** Of the first failure in a row. */
  since: number;
  lastAt: number;
  nextAt: number;
  failures: number;
}

/** In the authority's folder: written by who asks it, read by who tells the operator. */
export const CERTIFICATE_TROUBLES_FILE = 'troubles.json';

/** By host. What cannot be read is nothing: the file is a memory between two starts, and is written anew at the next failure. */
export function parseCertificateTroubles(text: string): Record<string, CertificateTrouble> {
  try {
    const entries = Object.entries(JSON.parse(text) as Record<string, CertificateTrouble>);
    return Object.fromEntries(entries.filter(([, trouble]) => isTrouble(trouble)));
  } catch {
    return {};
  }
}

function isTrouble(value: CertificateTrouble | null): boolean {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(ERROR_TABLE, value.code)) return false;
  return [value.since, value.lastAt, value.nextAt, value.failures].every(Number.isFinite);
}
