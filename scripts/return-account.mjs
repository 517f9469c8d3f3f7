// npm run return-account -- hanako@old.example hanako@new.example, while Hikyaku runs or not: gives an account back to somebody who has lost his mailbox and
// his password (docs/runbooks/lost-account.md). Where the instance sends no mail the second address may be left out: a new password is printed.
import { returnAccount } from '../apps/api/src/auth/address/return-account.ts';
import { runPersonCommand } from './person-command.mjs';

const CODES = {
  'api.not_found': (email) => `nobody signs in as ${email}`,
  'auth.address_taken': (_, newEmail) => `somebody else signs in as ${newEmail}`,
};

await runPersonCommand('return-account', async (tools) => {
  const [email, newEmail] = process.argv.slice(2);
  if (!email) throw new Error('usage: npm run return-account -- ADDRESS [NEW-ADDRESS]');
  const done = await returnAccount(tools, email, newEmail).catch((error) => {
    const said = CODES[error.code]?.(email, newEmail);
    throw said ? new Error(said) : error;
  });
  return [
    `${email} is signed in to as ${done.email} now; everybody is signed out, and passkeys and linked sign-ins are gone`,
    done.password
      ? `The new password, for him to change: ${done.password}`
      : 'He sets a new password by "Forgot your password?" on the sign-in page.',
    ...(done.hasSecondStep
      ? ['The second step is asked for as before. If that is lost, too: npm run end-second-step']
      : []),
  ];
});
