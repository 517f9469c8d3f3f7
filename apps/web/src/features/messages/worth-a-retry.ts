import type { MessageDetail, MessageState } from '@hikyaku/contracts';

/** The same mail is as large the next time. */
export const TOO_LARGE: readonly (string | null)[] = ['upstream.too_large', 'edge.too_large'];

/** On its way already, or waiting for what only its mailbox can give: sending it again changes nothing. */
const ON_ITS_WAY: readonly MessageState[] = ['queued', 'sending', 'held'];

/** Whether "send it again" can help: the api allows it, the mail is not on its way, and it does not have to fail again. */
export function isWorthARetry(message: Pick<MessageDetail, 'canRetry' | 'state' | 'stateCode'>): boolean {
  return message.canRetry && !ON_ITS_WAY.includes(message.state) && !TOO_LARGE.includes(message.stateCode);
}
