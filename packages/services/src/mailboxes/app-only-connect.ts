import { type OAuthGrant, RelayError } from '@hikyaku/core';
import { consumeOAuthState } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import type { ServiceContext } from '../context.ts';
import { proofHash } from './app-only-proof.ts';
import { type BrowserSession, type ConnectTools, sha256 } from './connect-tools.ts';
import { writeConnected } from './write-connected.ts';

/**
 * Connects a mailbox of an organization by the code that was sent to it; the code works once. Returns the mailbox's id.
 * @throws RelayError `api.forbidden`, `oauth.proof_refused`
 */
export async function connectAppOnly(
  context: ServiceContext,
  tools: ConnectTools,
  session: BrowserSession,
  proof: { address: string; code: string },
): Promise<string> {
  requirePermission(context, 'mailboxes.change');
  const stateHash = proofHash(proof.address, proof.code);
  const asked = await consumeOAuthState(context, {
    stateHash,
    sessionHash: sha256(session.token),
    userId: session.userId,
    provider: 'microsoft',
    purposes: ['proof'],
  });
  if (!asked) throw new RelayError('oauth.proof_refused');
  const { secret, ...account } = JSON.parse(
    tools.tokenBox.open(stateHash.toString('hex'), asked.verifierSealed),
  ) as OAuthGrant;
  return writeConnected(context, tools, { provider: 'microsoft', ...account }, secret);
}
