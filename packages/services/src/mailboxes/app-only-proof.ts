import { randomInt } from 'node:crypto';
import { insertOAuthState } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { appOnlyOf } from './app-only-approve.ts';
import type { InTenant } from './connect-finish.ts';
import { type BrowserSession, type ConnectTools, sha256 } from './connect-tools.ts';

/** A shared mailbox is opened elsewhere, by somebody else perhaps. */
const CODE_LIFE_MS = 1_800_000;
/** Eight of these 31: forty bits, for ten tries in ten minutes. None looks like another. */
const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const LENGTH = 8;

const newCode = (): string => Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');

/** As it is looked for: without what people type between and around it. */
const bare = (code: string): string => code.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');

/** A code is kept with its address: it proves no other one. */
export const proofHash = (address: string, code: string): Buffer =>
  sha256(`proof ${address.toLowerCase()} ${bare(code)}`);

/**
 * Sends a code from a mailbox of an organization to that mailbox itself, by the relay's own permission there. An administrator's leave says nothing of who uses the
 * relay: only whoever can read the mailbox may send from it here. No transaction is open while the provider is asked. Returns until when the code is good.
 * @throws RelayError `api.forbidden`, `oauth.provider_off`, and what `sendProof` throws
 */
export async function sendMailboxProof(
  inTenant: InTenant,
  tools: ConnectTools,
  session: BrowserSession,
  address: string,
): Promise<Date> {
  const appOnly = appOnlyOf(tools);
  await inTenant(async (context) => requirePermission(context, 'mailboxes.change'));
  const code = newCode();
  const shown = `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
  const grant = await appOnly.sendProof({ address, ...proofMail(shown) });
  const stateHash = proofHash(address, code);
  return inTenant(async (context) => {
    const expiresAt = new Date(context.now.getTime() + CODE_LIFE_MS);
    await insertOAuthState(context, {
      stateHash,
      sessionHash: sha256(session.token),
      userId: session.userId,
      provider: 'microsoft',
      purpose: 'proof',
      verifierSealed: tools.tokenBox.seal(stateHash.toString('hex'), JSON.stringify(grant)),
      mailboxId: null,
      wantsShared: false,
      wantsLarge: false,
      expiresAt,
    });
    return expiresAt;
  });
}

/** In both languages: who reads this mailbox is not known. */
function proofMail(code: string): { subject: string; text: string } {
  return {
    subject: `Hikyaku: ${code}`,
    text: [
      `${code} is the code to connect this mailbox to Hikyaku, which then sends mail of devices from it.`,
      'Give it to nobody who should not send from this mailbox. If you do not expect it, you can delete this mail.',
      '',
      `${code} は、このメールアカウントを Hikyaku に接続するための確認コードです。接続すると、機器からのメールがこのアドレスから送信されます。`,
      '送信してよい人以外には教えないでください。心当たりがない場合は、このメールを削除してください。',
    ].join('\n'),
  };
}
