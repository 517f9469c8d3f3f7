import { request } from '../../api/request.ts';

/** What an app is given, and the codes for the day on which it is lost. Neither is shown again. */
export interface SecondStepStart {
  totpURI: string;
  backupCodes: string[];
}

/** Begins the second step; nothing is asked for at sign-in before its first code was right. */
export const startSecondStep = (password: string) =>
  request<SecondStepStart>('POST', '/api/auth/two-factor/enable', { password });

export const confirmSecondStep = (code: string) => request('POST', '/api/auth/two-factor/verify-totp', { code });

export const endSecondStep = (password: string) => request('POST', '/api/auth/two-factor/disable', { password });

/** New recovery codes; the old ones end. */
export const renewRecoveryCodes = (password: string) =>
  request<{ backupCodes: string[] }>('POST', '/api/auth/two-factor/generate-backup-codes', { password });
