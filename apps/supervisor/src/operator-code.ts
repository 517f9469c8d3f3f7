import { randomInt } from 'node:crypto';
import type { Settings } from '@hikyaku/config';
import { UNAMBIGUOUS } from '@hikyaku/core';
import { hasOperator, openDatabase } from '@hikyaku/db';

/** A one-time code, while nobody is the operator; undefined where OPERATOR_EMAIL names one. Without a mailer an address proves nothing, so it names nobody then. */
export async function findOperatorCode(settings: Settings, databaseUrl: string): Promise<string | undefined> {
  if (settings.OPERATOR_EMAIL && settings.SYSTEM_SMTP_URL) return undefined;
  if (settings.OPERATOR_CODE) return settings.OPERATOR_CODE;
  const database = openDatabase({ url: databaseUrl, role: 'system', max: 1, applicationName: 'hikyaku-supervisor' });
  try {
    if (await hasOperator(database)) return undefined;
  } finally {
    await database.close();
  }
  const letters = Array.from({ length: 12 }, () => UNAMBIGUOUS[randomInt(UNAMBIGUOUS.length)]).join('');
  return letters.toUpperCase().replace(/(.{4})(?=.)/g, '$1-');
}
