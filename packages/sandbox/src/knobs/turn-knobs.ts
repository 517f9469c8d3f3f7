import type { SandboxContext } from '../context.ts';
import type { Fault } from './fault.ts';
import { happen } from './happen.ts';
import type { AccountKnobs, Happening, KnobValues } from './knobs.ts';

/** Body of `POST /knobs`, and what the page of knobs makes of its forms. */
export interface KnobBody extends Partial<KnobValues> {
  accounts?: Record<string, AccountKnobs>;
  faults?: Fault[];
  happen?: Happening[];
}

/** Changes what is named. An empty list of faults clears those that wait. */
export async function turnKnobs(context: SandboxContext, body: KnobBody): Promise<void> {
  const { knobs, faults } = context;
  const { accounts = {}, faults: added, happen: events = [], ...values } = body;
  knobs.set(values);
  for (const [address, change] of Object.entries(accounts)) knobs.setAccount(address, change);
  if (added?.length === 0) faults.clear();
  else if (added) faults.add(added);
  for (const event of events) await happen(context, event);
}

/** As it was at the beginning: no mail, no account, no knob. */
export async function resetSandbox(context: SandboxContext): Promise<void> {
  context.knobs.clear();
  context.faults.clear();
  context.limits.clear();
  context.drain.clear();
  context.smtpUsage.clear();
  context.codes.clear();
  context.drafts.clear();
  context.chats.clear();
  await Promise.all([context.grants.clear(), context.mails.clear()]);
}
