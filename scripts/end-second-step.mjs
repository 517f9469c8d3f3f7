// npm run end-second-step -- hanako@example.jp, while Hikyaku runs or not: lets somebody who has lost app and recovery codes sign in by the password
// alone, tells him so by mail, and writes it into the audit log (docs/runbooks/rotate-keys.md).
import { join } from 'node:path';
import { readSettings } from '@hikyaku/config';
import { openDatabase, startEmbeddedPostgres } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';
import { openSystemMailer } from '@hikyaku/upstreams';
import { createAccountMail } from '../apps/api/src/auth/account-mail.ts';
import { takeSecondStep } from '../apps/api/src/auth/take-second-step.ts';

async function run(url, settings, email) {
  const logger = createLogger({ name: 'second-step', level: 'warn' });
  const database = openDatabase({ url, role: 'system', max: 2, applicationName: 'hikyaku-second-step' });
  const mailer = openSystemMailer(settings);
  const sending = [];
  const waited = mailer && {
    ...mailer,
    send: (mail) => {
      const sent = mailer.send(mail);
      sending.push(sent);
      return sent;
    },
  };
  try {
    const mail = waited && createAccountMail({ database, mailer: waited, logger });
    if (!(await takeSecondStep({ database, mail, publicUrl: settings.PUBLIC_URL, logger }, email)))
      throw new Error(`nobody signs in as ${email} with a second step`);
    const told = await Promise.allSettled(sending);
    console.log(`${email} signs in by the password alone now`);
    console.log(
      told.some(({ status }) => status === 'fulfilled') ? 'He was told by mail.' : 'No mail was sent: tell him.',
    );
  } finally {
    mailer?.close();
    await database.close();
  }
}

try {
  const [email] = process.argv.slice(2);
  if (!email) throw new Error('usage: npm run end-second-step -- ADDRESS');
  const settings = readSettings();
  const logger = createLogger({ name: 'second-step', level: 'silent' });
  const embedded = settings.isEmbedded
    ? await startEmbeddedPostgres({ dataDir: join(settings.DATA_DIR, 'postgres'), logger })
    : null;
  try {
    await run(embedded?.url ?? settings.DATABASE_URL, settings, email);
  } finally {
    if (embedded && !embedded.wasRunning) await embedded.stop();
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
