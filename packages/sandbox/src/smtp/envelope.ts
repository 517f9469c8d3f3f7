import { isMailAddress } from '../mime/address-list.ts';

/** MAIL and RCPT of one mail. */
export interface Envelope {
  /** What follows `MAIL`; the sender in lower case, null where it is none. */
  begin(rest: string): string | null;
  isBegun(): boolean;
  /** As SIZE said; 0 where it did not. */
  sizeBytes(): number;
  add(rest: string): boolean;
  recipients(): string[];
  clear(): void;
}

export function createEnvelope(): Envelope {
  let from: string | null = null;
  let size = 0;
  let to = new Set<string>();
  return {
    begin(rest) {
      from = addressIn(rest, 'FROM');
      size = Number(/ SIZE=(\d{1,12})\b/i.exec(rest)?.[1] ?? 0);
      to = new Set();
      return from;
    },
    isBegun: () => from !== null,
    sizeBytes: () => size,
    add(rest) {
      const address = addressIn(rest, 'TO');
      if (address) to.add(address);
      return address !== null;
    },
    recipients: () => [...to],
    clear() {
      from = null;
      to = new Set();
    },
  };
}

function addressIn(rest: string, word: string): string | null {
  const start = rest.indexOf('<');
  const end = rest.indexOf('>', start);
  if (!rest.toUpperCase().startsWith(`${word}:`) || start < 0 || end < 0) return null;
  const address = rest.slice(start + 1, end).toLowerCase();
  return isMailAddress(address) ? address : null;
}
