import { isIP } from 'node:net';
import { join } from 'node:path';
import { isThisMachine } from './this-machine.ts';

export interface WantedCertificate {
  host: string;
  kind: 'ecdsa' | 'rsa';
  /** A file with the key and the chain, both PEM: replaced as one, it is never half of each. */
  path: string;
}

/** The settings that decide it. */
interface Naming {
  ACME: boolean;
  ACME_DIRECTORY: string;
  DATA_DIR: string;
  HTTPS_PORT?: number | undefined;
  PUBLIC_URL: string;
  SMTP_HOST: string;
  TLS_CERT_FILES: string[];
}

/** What belongs to an authority: its account key, its certificates, its troubles. One tried with its test directory vouches for nothing at the real one. */
export function authorityFolder({ DATA_DIR, ACME_DIRECTORY }: Pick<Naming, 'DATA_DIR' | 'ACME_DIRECTORY'>): string {
  const { host, pathname } = new URL(ACME_DIRECTORY);
  const name = `${host}${pathname}`
    .split(/[^A-Za-z0-9.-]+/)
    .filter(Boolean)
    .join('-');
  return join(DATA_DIR, 'certificates', name);
}

/**
 * What an instance gets from its authority; nothing without `ACME`. For the doors both kinds, unless the operator has files for them: old devices know RSA
 * alone. For the dashboard only where the front itself speaks TLS.
 */
export function wantedCertificates(settings: Naming): WantedCertificate[] {
  if (!settings.ACME) return [];
  const folder = authorityFolder(settings);
  const wanted = (host: string, kind: WantedCertificate['kind']) => ({
    host,
    kind,
    path: join(folder, `${host}.${kind}.pem`),
  });
  const doors = settings.TLS_CERT_FILES.length ? [] : doorCertificates(settings, wanted);
  const page = new URL(settings.PUBLIC_URL).hostname;
  const hasPage = Boolean(settings.HTTPS_PORT) && isName(page) && !doors.some(({ host }) => host === page);
  return [...doors, ...(hasPage ? [wanted(page, 'ecdsa')] : [])];
}

function doorCertificates(
  { SMTP_HOST }: Naming,
  wanted: (host: string, kind: WantedCertificate['kind']) => WantedCertificate,
): WantedCertificate[] {
  const host = SMTP_HOST.toLowerCase();
  return isName(host) ? [wanted(host, 'ecdsa'), wanted(host, 'rsa')] : [];
}

/** A name that an authority can find: authorities certify neither addresses by this way, nor names of one machine. */
const isName = (host: string): boolean =>
  /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(host) && isIP(host) === 0 && !isThisMachine(host);
