import type { MessageDetail } from '@hikyaku/contracts';

/** Ends that say more than the code of what went before: what was to be tried again then is not any more. */
const OWN_WORD: readonly MessageDetail['state'][] = ['expired', 'cancelled', 'suppressed'];

/** The code whose text explains how a mail stands; null where its state does. */
export function reasonOf({ state, stateCode }: Pick<MessageDetail, 'state' | 'stateCode'>): string | null {
  return OWN_WORD.includes(state) ? null : stateCode;
}
