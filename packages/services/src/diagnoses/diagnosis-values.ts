import type { Door } from '@hikyaku/core';
import { timeFor } from './time-for.ts';

/** Languages that the relay speaks to owners. */
export type Language = 'ja' | 'en';

/** One diagnosis in words: what is wrong, what to change; the value seen and the value to set, where there are such. */
export interface DiagnosisText {
  title: string;
  advice: string;
  seen?: string | null | undefined;
  right?: string | null | undefined;
}

/** What is known beside a diagnosis; what is not is left out or null. Never a password, never content. */
export interface DiagnosisFacts {
  /** Names of doors. */
  door?: string | null | undefined;
  rightDoor?: string | null | undefined;
  username?: string | null | undefined;
  rightUsername?: string | null | undefined;
  nearestUsername?: string | null | undefined;
  mechanism?: string | null | undefined;
  /** Certificates by name, up to the authority. */
  chain?: string | null | undefined;
  /** As OpenSSL names it: `TLSv1`, `TLSv1.1`. */
  tlsVersion?: string | null | undefined;
  /** Of a password, and what is odd about it (core's PasswordOddity). */
  length?: number | null | undefined;
  signs?: string[] | undefined;
  /** Milliseconds since the epoch. */
  oldUntil?: number | null | undefined;
  recipient?: string | null | undefined;
  /** Where a session came from. */
  address?: string | null | undefined;
  sizeBytes?: number | null | undefined;
  limitBytes?: number | null | undefined;
  /** As many as are taken: recipients of a mail, mails of a minute. */
  most?: number | null | undefined;
  /** Whose limit or list it was (core's RefusalScope). */
  scope?: string | null | undefined;
  /** What the device said, and our reply. */
  said?: string | null | undefined;
  reply?: string | null | undefined;
  /** The user name of the device whose password it was. */
  passwordOf?: string | null | undefined;
  mailbox?: string | null | undefined;
  /** ISO time. */
  nextAttemptAt?: string | null | undefined;
  /** The mail's content was destroyed: nobody can send it again. */
  isContentGone?: boolean | undefined;
}

/** What the texts may name, ready to be shown; null where it is not known. */
export interface DiagnosisValues {
  host: string;
  port: string | null;
  rightPort: string | null;
  /** That port speaks TLS from the first byte. */
  isRightTls: boolean;
  /** That port is for POP. */
  isRightPop: boolean;
  /** It came to a door of POP. */
  isPop: boolean;
  username: string | null;
  /** The user name to set: the device's own. */
  rightUsername: string | null;
  /** Of those that there are the one that was meant, as far as the letters tell. */
  nearestUsername: string | null;
  mechanism: string | null;
  chain: string | null;
  tlsVersion: string | null;
  length: number | null;
  signs: string[];
  oldUntil: string | null;
  /** The old password is still good. */
  isOldStillGood: boolean;
  recipient: string | null;
  address: string | null;
  size: string | null;
  limit: string | null;
  most: string | null;
  scope: string | null;
  said: string | null;
  reply: string | null;
  passwordOf: string | null;
  mailbox: string | null;
  next: string | null;
  isContentGone: boolean;
}

/** Where devices connect: the name that they are told, and the open doors. */
export interface DoorsAt {
  host: string;
  doors: Door[];
}

/** Who reads a diagnosis. `timeZone`: his account's; null where none was chosen. */
export interface DiagnosisReader {
  language: Language;
  timeZone: string | null;
  access: DoorsAt;
}

/** The facts of a diagnosis, ready to be shown. */
export function diagnosisValues(facts: DiagnosisFacts, reader: DiagnosisReader): DiagnosisValues {
  const { access, language, timeZone } = reader;
  const timeOf = (value: string | number) => timeFor(language, timeZone, new Date(value));
  const port = (door: string | null | undefined) => (door ? (portOf(access, door)?.toString() ?? null) : null);
  const { oldUntil = null, nextAttemptAt = null } = facts;
  return {
    host: access.host,
    port: port(facts.door),
    rightPort: port(facts.rightDoor),
    isRightTls: /(?:smtps|pop3s)$/.test(facts.rightDoor ?? ''),
    isRightPop: facts.rightDoor?.startsWith('pop3') ?? false,
    isPop: facts.door?.startsWith('pop3') ?? false,
    username: facts.username ?? null,
    rightUsername: facts.rightUsername ?? null,
    nearestUsername: facts.nearestUsername ?? null,
    mechanism: facts.mechanism ?? null,
    chain: facts.chain ?? null,
    tlsVersion: facts.tlsVersion?.replace(/^TLSv1$/, 'TLS 1.0').replace(/^TLSv/, 'TLS ') ?? null,
    length: facts.length ?? null,
    signs: facts.signs ?? [],
    oldUntil: oldUntil === null ? null : timeOf(oldUntil),
    isOldStillGood: oldUntil !== null && oldUntil > Date.now(),
    recipient: facts.recipient ?? null,
    address: facts.address ?? null,
    ...sizesOf(facts),
    most: facts.most?.toLocaleString('en') ?? null,
    scope: facts.scope ?? null,
    said: facts.said ?? null,
    reply: facts.reply ?? null,
    passwordOf: facts.passwordOf ?? null,
    mailbox: facts.mailbox ?? null,
    next: nextAttemptAt === null ? null : timeOf(nextAttemptAt),
    isContentGone: facts.isContentGone ?? false,
  };
}

/** The port of a door; null when it is closed. */
export function portOf({ doors }: DoorsAt, name: string): number | null {
  return doors.find((door) => door.name === name)?.port ?? null;
}

/** In bytes where the two would read the same. */
function sizesOf({ sizeBytes, limitBytes }: DiagnosisFacts): Pick<DiagnosisValues, 'size' | 'limit'> {
  const [size, limit] = [sizeOf(sizeBytes), sizeOf(limitBytes)];
  if (size === null || size !== limit || sizeBytes === limitBytes) return { size, limit };
  const inBytes = (count: number | null | undefined) => `${count?.toLocaleString('en')} bytes`;
  return { size: inBytes(sizeBytes), limit: inBytes(limitBytes) };
}

function sizeOf(bytes: number | null | undefined): string | null {
  if (bytes === null || bytes === undefined) return null;
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
