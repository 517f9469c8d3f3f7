import type { SandboxProvider } from '../accounts/account.ts';

export const providerName = (provider: SandboxProvider): string => (provider === 'microsoft' ? 'Microsoft' : 'Google');
