import type { MailProvider } from '../accounts/account.ts';

const NAMES: Record<MailProvider, string> = { microsoft: 'Microsoft', google: 'Google', smtp: 'SMTP' };

export const providerName = (provider: MailProvider): string => NAMES[provider];
