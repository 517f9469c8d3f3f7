import { type Database, keyStore } from '../../packages/db/src/index.ts';
import {
  type ContentOpener,
  deriveKek,
  type KeyPurpose,
  type KeyRow,
  openContentOpener,
  openTokenBox,
  parseMasterKeys,
  type TokenBox,
} from '../../packages/vault/src/index.ts';

export interface OpenedInstance {
  rows: KeyRow[];
  tokenBox: TokenBox;
  contentOpener: ContentOpener;
  /** Sealed provider credentials, by mailbox. */
  sealedTokens: { id: string; sealed: Buffer }[];
  /** Providers' credentials, PKCE verifiers and the cookies' key, in plain: secret → what it is. */
  secrets: Map<string, string>;
}

/** Everything that is sealed in the database, opened with the master key: to know what must be found nowhere. */
export async function openInstance(database: Database, masterKey: string): Promise<OpenedInstance> {
  const rows = await keyStore(database).list();
  const keks = (purpose: KeyPurpose) => parseMasterKeys([masterKey]).map((key) => deriveKek(key, purpose));
  const tokenBox = openTokenBox(rows, keks('token'));
  const secrets = new Map<string, string>();

  const mailboxes = await database.query<{ id: string; sealed: Buffer }>(
    'SELECT id, secret_sealed AS sealed FROM mailboxes WHERE secret_sealed IS NOT NULL',
  );
  for (const { id, sealed } of mailboxes) {
    for (const [token, what] of tokensIn(tokenBox.open(id, sealed))) secrets.set(token, what);
  }
  const states = await database.query<{ hash: Buffer; sealed: Buffer }>(
    'SELECT state_hash AS hash, verifier_sealed AS sealed FROM oauth_states',
  );
  for (const { hash, sealed } of states) secrets.set(tokenBox.open(hash.toString('hex'), sealed), 'PKCE verifier');
  const [setting] = await database.query<{ value: string }>(
    `SELECT value #>> '{}' AS value FROM instance_settings WHERE key = 'auth.secret'`,
  );
  secrets.set(tokenBox.open('auth.secret', Buffer.from(setting!.value, 'base64')), 'key of the session cookies');
  return {
    rows,
    tokenBox,
    contentOpener: openContentOpener(rows, keks('content')),
    sealedTokens: mailboxes,
    secrets,
  };
}

/** The tokens in a mailbox's kept credentials, whichever library wrote them. */
export function tokensIn(credentials: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [token] of credentials.matchAll(/sandbox-(at|rt)\.[\w.-]+|eyJ[\w-]{10,}\.[\w-]+\.[\w-]+/g))
    found.set(token, token.startsWith('ey') ? 'id token' : token.includes('-at.') ? 'access token' : 'refresh token');
  return found;
}
