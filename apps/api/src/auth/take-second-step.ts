import { removeSecondStep } from '@hikyaku/db';
import { type AccountEventTools, noteSecondStepTaken } from './account-events.ts';

/** The operator's way for a person who has lost app and recovery codes: he is told by mail, and it stands in the audit log. False: nobody of this address has a step. */
export async function takeSecondStep(tools: AccountEventTools, email: string): Promise<boolean> {
  const person = await removeSecondStep(tools.database, email);
  if (person) await noteSecondStepTaken(tools, person);
  return person !== null;
}
