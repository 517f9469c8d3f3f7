import { type ApiKeyCreate, apiKeyCreate } from '@hikyaku/contracts';
import type { FormRules } from '../../forms/rules.ts';
import { type ApiKeyValues, toApiKeyCreate } from './api-key-values.ts';

export const apiKeyRules: FormRules<ApiKeyValues, ApiKeyCreate> = {
  schema: apiKeyCreate,
  toBody: toApiKeyCreate,
};
