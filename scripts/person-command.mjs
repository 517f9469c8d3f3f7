// What commands about a person have in common (`end-second-step`, `return-account`): the settings, the database while Hikyaku runs or not, the instance's mail.
import { join } from 'node:path';
import { readSettings } from '@hikyaku/config';
import { openDatabase, startEmbeddedPostgres } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';
import { openSystemMailer } from '@hikyaku/upstreams';
import { createAccountMail } from '../apps/api/src/auth/account-mail.ts';

/**
 * Runs `work` with `{database, mail, publicUrl, logger}` (`mail` undefined where the instance sends none) and prints its lines, and to whom mail went.
 * What is thrown becomes one line and exit code 1.
 */
export async function runPersonCommand(name, work) {
  try {
    const settings = readSettings();
    const logger = createLogger({ name, level: 'silent' });
    const embedded = settings.isEmbedded
      ? await startEmbeddedPostgres({ dataDir: join(settings.DATA_DIR, 'postgres'), logger })
      : null;
    try {
      await runAt(embedded?.url ?? settings.DATABASE_URL, settings, name, work);
    } finally {
      if (embedded && !embedded.wasRunning) await embedded.stop();
    }
  } catch (error) {
    const said = Object.values(error.fields ?? {}).join('; ');
    console.error(said || error.publicMessage || error.message);
    process.exitCode = 1;
  }
}

async function runAt(url, settings, name, work) {
  const logger = createLogger({ name, level: 'warn' });
  const database = openDatabase({ url, role: 'system', max: 2, applicationName: `hikyaku-${name}` });
  const mailer = openSystemMailer(settings);
  const sending = [];
  const waited = mailer && {
    ...mailer,
    send: (mail) => {
      const sent = mailer.send(mail);
      sending.push(sent.then(() => mail.to));
      return sent;
    },
  };
  try {
    const mail = waited && createAccountMail({ database, mailer: waited, logger });
    const lines = await work({ database, mail, publicUrl: settings.PUBLIC_URL, logger });
    const told = (await Promise.allSettled(sending)).flatMap(({ value }) => value ?? []);
    for (const line of lines) console.log(line);
    console.log(told.length ? `Told by mail: ${told.join(', ')}.` : 'No mail was sent: tell him.');
  } finally {
    mailer?.close();
    await database.close();
  }
}
