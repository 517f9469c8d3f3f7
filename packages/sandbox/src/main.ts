import { join } from 'node:path';
import { readSettings } from '@hikyaku/config';
import { asRelayError } from '@hikyaku/core';
import { createLogger, createShutdown, sayStarted } from '@hikyaku/telemetry';
import { openSandbox } from './sandbox.ts';

async function main(): Promise<void> {
  const settings = readSettings();
  const logger = createLogger({ name: 'sandbox', level: settings.LOG_LEVEL });
  if (!settings.isSandbox) {
    logger.fatal({ event: 'sandbox.refused' }, 'the sandbox does not run here: HIKYAKU_SANDBOX is off');
    process.exitCode = 1;
    return;
  }
  // Nothing of value is in flight here: three seconds are for the answers under way.
  const shutdown = createShutdown({ logger, deadlineMs: 3000 });
  const dir = join(settings.DATA_DIR, 'sandbox');
  const sandbox = await openSandbox({ dir, publicUrl: settings.PUBLIC_URL, logger });
  shutdown.push('sandbox', () => sandbox.close());
  const { port, smtpPort } = await sandbox.listen(settings.SANDBOX_PORT, settings.SANDBOX_SMTP_PORT);
  sayStarted(logger, { port, smtpPort });
}

main().catch((error: unknown) => {
  const { code, internal } = asRelayError(error);
  process.stderr.write(`sandbox: ${code}: ${internal ?? ''}\n`);
  process.exit(1);
});
