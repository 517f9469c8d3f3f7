import type { LogState, MessageState } from '@hikyaku/contracts';

/** States that an owner thinks of as one. */
export const WAITING_STATES: readonly MessageState[] = ['queued', 'sending', 'deferred'];
export const ATTENTION_STATES: readonly MessageState[] = ['held', 'in_doubt', 'failed', 'expired', 'quarantined'];

/** What the log can be narrowed to by one touch each. */
export const STATE_CHIPS = {
  waiting: WAITING_STATES,
  attention: ATTENTION_STATES,
  sent: ['sent', 'digested'],
  refused: ['refused'],
  left: ['suppressed', 'cancelled'],
} as const satisfies Record<string, readonly LogState[]>;
export type StateChip = keyof typeof STATE_CHIPS;

/** The chips that a filter has pressed, and what it asks for besides, state by state. `states`: separated by commas. */
export function chipsOf(states: string | undefined): { pressed: StateChip[]; others: LogState[] } {
  const asked = (states ? states.split(',') : []) as LogState[];
  const names = Object.keys(STATE_CHIPS) as StateChip[];
  const pressed = names.filter((name) => STATE_CHIPS[name].every((state) => asked.includes(state)));
  const covered = pressed.flatMap((name): LogState[] => [...STATE_CHIPS[name]]);
  return { pressed, others: asked.filter((state) => !covered.includes(state)) };
}

/** A filter's states with some of them put in, or taken out where all of them are there; undefined for no filter. */
export function withStates(states: string | undefined, changed: readonly LogState[]): string | undefined {
  const asked = (states ? states.split(',') : []) as LogState[];
  const rest = asked.filter((state) => !changed.includes(state));
  const isIn = changed.every((state) => asked.includes(state));
  return (isIn ? rest : [...rest, ...changed]).join(',') || undefined;
}

export const ATTENTION = ATTENTION_STATES.join(',');
