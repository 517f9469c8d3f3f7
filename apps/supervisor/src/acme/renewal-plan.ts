import { X509Certificate } from 'node:crypto';

const MINUTE_MS = 60_000;
/** Let's Encrypt lets five proofs an hour fail for a name; with a quarter of an hour it is four, even where somebody starts the relay again and again. */
const FIRST_RETRY_MS = 15 * MINUTE_MS;
const LAST_RETRY_MS = 24 * 60 * MINUTE_MS;

/**
 * When a certificate is to be renewed: a third of its life before its end, and up to a thirtieth earlier (`chance` 0 to 1), so that not all of the world ask at once.
 * 0 where there is none that is good for the host. Milliseconds since 1970.
 */
export function renewAt(pem: string | null, host: string, chance: number): number {
  const certificate = pem === null ? null : readCertificate(pem);
  if (!certificate || certificate.checkHost(host) === undefined) return 0;
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  return to - (to - from) * (1 / 3 + chance / 30);
}

/** The wait after the nth failure in a row: doubled each time up to a day, a tenth more or less; longer where the authority says so, to a week. */
export function retryAfter(failures: number, chance: number, asked = 0): number {
  const wait = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS) * (1 + chance / 10);
  return Math.max(wait, Math.min(asked, 7 * LAST_RETRY_MS));
}

/** After a start the back-off begins anew, since somebody may have mended what was wrong, but never sooner than the first wait after the last try. */
export const retryAfterStart = (lastAt: number): number => lastAt + FIRST_RETRY_MS;

function readCertificate(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}
