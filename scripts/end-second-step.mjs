// npm run end-second-step -- hanako@example.jp, while Hikyaku runs or not: lets somebody who has lost app and recovery codes sign in by the password
// alone, tells him so by mail, and writes it into the audit log (docs/runbooks/rotate-keys.md).
import { takeSecondStep } from '../apps/api/src/auth/take-second-step.ts';
import { runPersonCommand } from './person-command.mjs';

await runPersonCommand('second-step', async (tools) => {
  const [email] = process.argv.slice(2);
  if (!email) throw new Error('usage: npm run end-second-step -- ADDRESS');
  if (!(await takeSecondStep(tools, email))) throw new Error(`nobody signs in as ${email} with a second step`);
  return [`${email} signs in by the password alone now`];
});
