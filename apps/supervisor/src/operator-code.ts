import { randomInt } from 'node:crypto';
import type { Settings } from '@hikyaku/config';
import { UNAMBIGUOUS } from '@hikyaku/core';
import { hasOperator, openDatabase } from '@hikyaku/db';

/** A one-time code, while nobody is the operator and OPERATOR_EMAIL names nobody; undefined otherwise. */
export async function findOperatorCode(settings: Settings, databaseUrl: string): Promise<string | undefined> {
  if (settings.OPERATOR_EMAIL) return undefined;
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
