import { RelayError } from '@hikyaku/core';
import type { Next } from './merge-by-time.ts';

const PLACE = /^(\d{1,18}|e)?_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|e)?$/;

/** Where the log goes on: below a mail's `seq`, and below a session's id; `null`: that list is at its end; undefined: at its beginning. */
export interface LogPlace {
  seq: bigint | null | undefined;
  sessionId: string | null | undefined;
}

/** @throws RelayError `api.invalid` for a cursor that the log did not give. */
export function readLogCursor(cursor: string | undefined): LogPlace {
  if (cursor === undefined) return { seq: undefined, sessionId: undefined };
  const [whole, seq, sessionId] = PLACE.exec(cursor) ?? [];
  if (whole === undefined) throw new RelayError('api.invalid', { fields: { cursor: 'is not a cursor of this list' } });
  return { seq: seq === 'e' ? null : seq && BigInt(seq), sessionId: sessionId === 'e' ? null : sessionId } as LogPlace;
}

/** Null when both lists are at their end. `before`: where this page began. */
export function writeLogCursor(before: LogPlace, mails: Next<bigint>, refusals: Next<string>): string | null {
  if (mails.at === 'end' && refusals.at === 'end') return null;
  return `${textOf(mails, before.seq)}_${textOf(refusals, before.sessionId)}`;
}

function textOf<Place extends bigint | string>(next: Next<Place>, before: Place | null | undefined): string {
  if (next.at === 'end') return 'e';
  return String(next.at === 'place' ? next.place : (before ?? ''));
}
