import type { OAuthPurpose, Provider } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

export interface OAuthStateRow {
  stateHash: Buffer;
  userId: string;
  sessionHash: Buffer;
  provider: Provider;
  purpose: OAuthPurpose;
  /** The PKCE verifier of a sign-in; of a proof what connects the mailbox. */
  verifierSealed: Buffer;
  mailboxId: string | null;
  /** Permission to send as shared mailboxes is asked for too. */
  wantsShared: boolean;
  /** So is that to hand over large mails by SMTP: whoever came for it is told why it cannot be. */
  wantsLarge: boolean;
  expiresAt: Date;
}

const bytes = (buffer: Buffer) => new Uint8Array(buffer);

export async function insertOAuthState(scope: TenantScope, state: OAuthStateRow): Promise<void> {
  await scope.tx.oAuthState.create({
    data: {
      ...state,
      tenantId: scope.tenantId,
      stateHash: bytes(state.stateHash),
      sessionHash: bytes(state.sessionHash),
      verifierSealed: bytes(state.verifierSealed),
    },
    select: { expiresAt: true },
  });
}

/**
 * Takes a state out of use and returns it, in one statement: of two callers one gets it. Null when it is unknown, used, too old,
 * another tenant's, another person's, of another browser session, for another provider or another purpose; then nothing is changed.
 */
export async function consumeOAuthState(
  scope: TenantScope,
  asked: Pick<OAuthStateRow, 'stateHash' | 'sessionHash' | 'userId' | 'provider'> & { purposes: OAuthPurpose[] },
): Promise<Pick<OAuthStateRow, 'purpose' | 'verifierSealed' | 'mailboxId' | 'wantsShared' | 'wantsLarge'> | null> {
  const rows = await scope.tx.$queryRaw<
    {
      purpose: OAuthPurpose;
      verifierSealed: Uint8Array;
      mailboxId: string | null;
      wantsShared: boolean;
      wantsLarge: boolean;
    }[]
  >`
    UPDATE oauth_states SET used_at = now()
    WHERE state_hash = ${bytes(asked.stateHash)} AND tenant_id = ${scope.tenantId}::uuid AND used_at IS NULL AND expires_at > now()
      AND session_hash = ${bytes(asked.sessionHash)} AND user_id = ${asked.userId} AND provider = ${asked.provider}::provider
      AND purpose = ANY(${asked.purposes}::oauth_purpose[])
    RETURNING purpose, verifier_sealed AS "verifierSealed", mailbox_id AS "mailboxId", wants_shared AS "wantsShared",
      wants_large AS "wantsLarge"`;
  const row = rows[0];
  return row ? { ...row, verifierSealed: Buffer.from(row.verifierSealed) } : null;
}
