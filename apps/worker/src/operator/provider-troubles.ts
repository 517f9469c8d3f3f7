import { ERROR_TABLE, type ErrorCode, type ProviderName } from '@hikyaku/core';

/** What a provider says of the relay's own registration, which no owner can mend. */
export type ProviderTroubleCode = 'upstream.client_secret' | 'upstream.project_off' | 'upstream.project_limit';

export interface ProviderTrouble {
  provider: ProviderName;
  code: ProviderTroubleCode;
}

/** True for codes of a provider's answers that the operator has to act on: every mailbox of the provider meets them, and none is to blame. */
export const isProviderTrouble = (code: string): code is ProviderTroubleCode =>
  code.startsWith('upstream.') && ERROR_TABLE[code as ErrorCode]?.tell === 'operator';

/** What was met since the operator was last told; at most a code a provider. */
export interface ProviderTroubles {
  note(provider: ProviderName, code: string | null): void;
  take(): ProviderTrouble[];
}

export function createProviderTroubles(): ProviderTroubles {
  const met = new Map<string, ProviderTrouble>();
  return {
    note(provider, code) {
      if (code !== null && isProviderTrouble(code)) met.set(`${provider} ${code}`, { provider, code });
    },
    take() {
      const troubles = [...met.values()];
      met.clear();
      return troubles;
    },
  };
}
