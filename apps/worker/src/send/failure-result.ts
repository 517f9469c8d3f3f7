import { asRelayError, type SendResult, toJobOutcome } from '@hikyaku/core';

/**
 * What a thrown error means for the mail. After the commit point nobody knows whether it left; before it nothing was sent and the error table
 * decides. An error that we do not know is temporary.
 */
export function failureResult(thrown: unknown, wasCommitted: boolean): SendResult {
  const { code, retryAfterMs } = asRelayError(thrown);
  if (wasCommitted) return { outcome: 'in_doubt', code };
  const job = toJobOutcome(asRelayError(thrown));
  if (job === 'give_up' || job === 'quarantine') return { outcome: 'rejected', code };
  if (job === 'hold') return { outcome: 'auth_lost', code };
  return { outcome: 'deferred', code, scope: 'message', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
