import type { Mailbox } from '@hikyaku/contracts';

/** Addresses of Microsoft's mail for private people; an address elsewhere can be either. */
export const OUTLOOK_ADDRESS = /@(outlook|hotmail|live|msn)\.[a-z.]+$/i;

/** What the owner calls the service of a mailbox, as a key of the `mailboxes` messages. */
export function serviceOf({ provider, address }: Pick<Mailbox, 'provider' | 'address'>) {
  return provider === 'microsoft' && OUTLOOK_ADDRESS.test(address) ? 'outlook' : provider;
}
