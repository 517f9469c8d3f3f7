import type { FleetMember } from '../durability/fleet.ts';
import type { MailLedger } from '../durability/mail-ledger.ts';
import type { TorturePlan } from './torture-plan.ts';

/** Devices that speak at the same moment. */
const AT_ONCE = 6;

/** Sends every mail of the plan, each again and again until its 250. @throws Error when one has none after `withinMs` */
export async function sendFleet(
  plan: TorturePlan,
  fleet: FleetMember[],
  ledger: MailLedger,
  withinMs: number,
): Promise<void> {
  const waiting = [...plan.mails.entries()];
  const sendSome = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, { mailbox, sizeBytes, fault }] = next;
      await ledger.sendUntilAccepted(fleet[mailbox]!, `seed${plan.seed}-mail${index}`, sizeBytes, fault, withinMs);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendSome));
}
