import type { MessageState } from '@hikyaku/core';
import { canRetryMessage, type MessageRow } from '@hikyaku/db';

/** The same mail is as large the next time. */
const TOO_LARGE: readonly (string | null)[] = ['upstream.too_large', 'edge.too_large'];
/** Not tried yet: it is on its way already. */
const ON_ITS_WAY: readonly MessageState[] = ['queued', 'sending'];

/** Whether "send it again" is offered: only where it can help. Asked for all the same, it is done where it can be (`canRetryMessage`). */
export function isWorthARetry(
  row: Pick<MessageRow, 'state' | 'stateCode' | 'contentDestroyedAt' | 'accountKey'>,
): boolean {
  return canRetryMessage(row) && !ON_ITS_WAY.includes(row.state) && !TOO_LARGE.includes(row.stateCode);
}
