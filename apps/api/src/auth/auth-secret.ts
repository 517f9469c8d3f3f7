import { randomBytes } from 'node:crypto';
import { type Database, keepAuthSecret } from '@hikyaku/db';
import type { TokenBox } from '@hikyaku/vault';

const CONTEXT = 'auth.secret';

/**
 * What signs session cookies: made once, kept sealed, so that a stolen database dump signs nobody in and a new master key signs nobody out.
 * @throws RelayError `vault.key_wrong`, `vault.key_missing`
 */
export async function openAuthSecret(database: Database, tokenBox: TokenBox): Promise<string> {
  const proposal = tokenBox.seal(CONTEXT, randomBytes(32).toString('base64url'));
  return tokenBox.open(CONTEXT, await keepAuthSecret(database, proposal));
}
