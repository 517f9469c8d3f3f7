import type { Mailbox } from '@hikyaku/contracts';

/** Addresses of Microsoft's mail for private people; an address elsewhere can be either. */
export const OUTLOOK_ADDRESS = /@(outlook|hotmail|live|msn)\.[a-z.]+$/i;

const GMAIL_ADDRESS = /@(gmail|googlemail)\.[a-z.]+$/i;

/** Whether a person's own address is plainly an account of this provider: then it need not be typed there once more. */
export function isAccountOf(provider: 'microsoft' | 'google', address: string): boolean {
  return (provider === 'microsoft' ? OUTLOOK_ADDRESS : GMAIL_ADDRESS).test(address);
}

/** What the owner calls the service of a mailbox, as a key of the `mailboxes` messages. */
export function serviceOf({ provider, address }: Pick<Mailbox, 'provider' | 'address'>) {
  return provider === 'microsoft' && OUTLOOK_ADDRESS.test(address) ? 'outlook' : provider;
}
