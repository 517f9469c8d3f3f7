import { shareOfDay } from '../message-life/day-budget.ts';

/** Of what ordinary mail may use: early enough to let cameras send less often before anything waits. */
const NEAR = 0.8;

/** What is said of a mailbox whose account has sent `sent` of the `perDay` that its provider takes in 24 hours. */
export function dayAlert(sent: number, perDay: number): 'mailbox.day_near' | 'mailbox.daily_limit' | null {
  const share = shareOfDay(perDay, false);
  if (sent >= share) return 'mailbox.daily_limit';
  return sent >= NEAR * share ? 'mailbox.day_near' : null;
}

/** The least that is worth a look, whatever the account: `perDay` is the smallest limit of all. */
export const leastForDayAlert = (perDay: number): number => Math.floor(NEAR * shareOfDay(perDay, false));
