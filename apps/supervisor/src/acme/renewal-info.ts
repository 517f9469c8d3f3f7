import { X509Certificate } from 'node:crypto';
import type { AskAuthority } from './ask-authority.ts';

const HOUR_MS = 3_600_000;
/** RFC 9773, 4.3: what an authority asks for by Retry-After, within these; without it every six hours. */
const ASK_EVERY_MS = { least: HOUR_MS, usual: 6 * HOUR_MS, most: 24 * HOUR_MS };
/** A certificate is not called back on its first day: an authority that says so of each one would be asked for another for ever. */
const FIRST_DAY_MS = 24 * HOUR_MS;

/** Asks an authority when it wants a certificate of its own to be renewed: sooner than planned when it has to call it back. */
export interface RenewalInfo {
  /** Milliseconds since 1970; null where nothing is said, or it cannot be asked. Never throws. */
  suggested(pem: string): Promise<number | null>;
}

export function createRenewalInfo(options: {
  ask: AskAuthority;
  directoryUrl: string;
  now: () => number;
  random: () => number;
}): RenewalInfo {
  const { ask, now, random } = options;
  /** By the certificate's id; one that was replaced is asked for no more and goes with the process. */
  const known = new Map<string, { askAt: number; at: number | null }>();

  const askFor = async (id: string): Promise<{ askAt: number; at: number | null }> => {
    const before = known.get(id)?.at ?? null;
    try {
      const { renewalInfo } = JSON.parse((await ask(options.directoryUrl)).text) as { renewalInfo?: unknown };
      if (typeof renewalInfo !== 'string' || !renewalInfo.startsWith('https://'))
        return { askAt: now() + ASK_EVERY_MS.most, at: null };
      const { status, headers, text } = await ask(`${renewalInfo}/${id}`);
      const asked = Number(headers['retry-after']) * 1000 || ASK_EVERY_MS.usual;
      const askAt = now() + Math.min(Math.max(asked, ASK_EVERY_MS.least), ASK_EVERY_MS.most);
      if (status !== 200) return { askAt, at: before };
      const { suggestedWindow } = JSON.parse(text) as { suggestedWindow?: { start?: string; end?: string } };
      const [start, end] = [Date.parse(suggestedWindow?.start ?? ''), Date.parse(suggestedWindow?.end ?? '')];
      // Any moment of it, by chance: not all of the world at once.
      return { askAt, at: end > start ? start + (end - start) * random() : before };
    } catch {
      return { askAt: now() + ASK_EVERY_MS.usual, at: before };
    }
  };
  return {
    async suggested(pem) {
      const certificate = read(pem);
      const id = certificate && certificateId(certificate.raw, certificate.serialNumber);
      if (!certificate || !id) return null;
      if ((known.get(id)?.askAt ?? 0) <= now()) known.set(id, await askFor(id));
      const at = known.get(id)!.at;
      return at === null ? null : Math.max(at, Date.parse(certificate.validFrom) + FIRST_DAY_MS);
    },
  };
}

/** 2.5.29.35, the key identifier of whoever signed. */
const AUTHORITY_KEY = Buffer.from('0603551d23', 'hex');

/** RFC 9773, 4.1: who signed it, and its number. Null for one that does not say who. `raw`: DER; `serial`: in hexadecimal. */
export function certificateId(raw: Uint8Array, serial: string): string | null {
  const der = Buffer.from(raw);
  const at = der.indexOf(AUTHORITY_KEY) + AUTHORITY_KEY.length;
  if (at < AUTHORITY_KEY.length) return null;
  // OCTET STRING, SEQUENCE, [0]: all of them short.
  const [octets, , sequence, , tag, length = 0] = der.subarray(at);
  if (octets !== 0x04 || sequence !== 0x30 || tag !== 0x80 || length > 64) return null;
  const key = der.subarray(at + 6, at + 6 + length);
  // As DER has it: a number whose first bit is set is led by a zero.
  const even = serial.length % 2 ? `0${serial}` : serial;
  const number = Buffer.from(Number.parseInt(even.slice(0, 2), 16) > 0x7f ? `00${even}` : even, 'hex');
  return `${key.toString('base64url')}.${number.toString('base64url')}`;
}

function read(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}
