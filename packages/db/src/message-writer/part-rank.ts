import { ARRIVALS, PART_ORDER } from '@hikyaku/core';
import { quoted } from '../system/worker/message-conditions.ts';

/**
 * SQL: the order of parts `x` (state as text, code) in which the first one is what its message is: core's `stateOfParts`. Of those that are held, one that waits for its
 * mailbox speaks for the message: then what is held for the owner's word alone says so itself.
 */
export const PART_RANK = `array_position(ARRAY[${quoted(PART_ORDER)}], x.state), coalesce(x.code = '${ARRIVALS.arrived_unconfirmed.code}', false)`;
