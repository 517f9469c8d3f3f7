import type { MessageState } from './moves.ts';

/**
 * A message is what its least finished part is, by this order: what is under way, what is tried again (a doubt before what is only late), what
 * waits for its owner, what came to a bad end, and `sent` only when every part is that the owner did not leave out.
 */
export const PART_ORDER = [
  'sending',
  'in_doubt',
  'deferred',
  'queued',
  'held',
  'digested',
  'quarantined',
  'failed',
  'expired',
  'cancelled',
  'sent',
  'suppressed',
] as const satisfies readonly MessageState[];

/** The state of a message whose parts are in `parts`; at least one. */
export function stateOfParts(parts: readonly MessageState[]): MessageState {
  return PART_ORDER.find((state) => parts.includes(state))!;
}

/**
 * The recipients of a part: places in the message's own list, counted from 1; none named are all. A part has no addresses of its own, since those of the message are
 * bound to its content key: whoever writes the table can leave somebody out, and address nobody.
 */
export function recipientsOfPart(recipients: readonly string[], places: readonly number[]): string[] {
  if (places.length === 0) return [...recipients];
  return recipients.filter((_, index) => places.includes(index + 1));
}
