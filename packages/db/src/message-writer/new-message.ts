import type { AcceptedMail, OWN_DOOR } from '@hikyaku/core';

/** A message to be inserted, with where its content lies: a device's, or one of the relay's own, which may be of no device. */
export type NewMessage = (AcceptedMail | OwnAccepted) & {
  spool: { object: string; offset: number; length: number };
  /** A copy for a channel: of which mail, whose content it is. */
  copyOf?: string;
};
type OwnAccepted = Omit<AcceptedMail, 'door' | 'deviceId'> & { door: typeof OWN_DOOR; deviceId: string | null };
