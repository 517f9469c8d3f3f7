import type { ApiKeyCreate } from '@hikyaku/contracts';

/** The form's fields. `expiresInDays`: as its select has it; '' has no end. */
export type ApiKeyValues = Omit<ApiKeyCreate, 'expiresInDays'> & { expiresInDays: string };

export const NEW_API_KEY: ApiKeyValues = { name: '', scope: 'read', expiresInDays: '365' };

export const toApiKeyCreate = ({ name, scope, expiresInDays }: ApiKeyValues): ApiKeyCreate => ({
  name: name.trim(),
  scope,
  expiresInDays: expiresInDays ? Number(expiresInDays) : null,
});
