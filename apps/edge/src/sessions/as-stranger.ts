import type { SessionRecord } from '@hikyaku/core';
import type { StrangerTry } from './session-log.ts';

/** What is told of a sender only to the owner of the user name that it began with. */
const OF_SENDERS: readonly string[] = [
  'edge.pop_missing',
  'edge.pop_expired',
  'edge.pop_off',
  'edge.address_not_allowed',
];

/**
 * A session in which nobody signed in, as it would be if nobody had the user name that was tried. Who waits for a device at an address is shown that, or the
 * absence of a session would tell him which user names exist.
 */
export function asStranger(record: SessionRecord, tried: StrangerTry | null): SessionRecord {
  const { login, refusal } = record;
  return {
    ...record,
    login: login?.refusal
      ? {
          mechanism: login.mechanism,
          username: null,
          refusal: tried?.refusal ?? login.refusal,
          oddities: [],
          passwordLength: null,
          oldUntil: null,
        }
      : login,
    refusal:
      refusal && OF_SENDERS.includes(refusal.code) ? { code: 'edge.auth_required', value: null, limit: null } : refusal,
  };
}
