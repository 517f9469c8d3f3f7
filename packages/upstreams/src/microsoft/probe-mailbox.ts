import { ERROR_TABLE, RelayError } from '@hikyaku/core';
import type { UpstreamPool } from '../http/upstream-pool.ts';
import { sendJson } from './client.ts';
import type { MicrosoftConfig } from './config.ts';
import { toSendResult } from './send-answers.ts';

/** In both languages: nobody has told us his yet. */
const SUBJECT = 'Hikyaku is connected / Hikyaku を接続しました';
const TEXT = [
  'This mailbox is now connected: your devices can send through it.',
  'You can delete this mail.',
  '',
  'このメールアカウントの接続が完了しました。機器からのメールを、このアカウントから送信できます。',
  'このメールは削除してかまいません。',
].join('\n');

/**
 * A welcome mail from the mailbox to itself, which shows what nothing else tells: no licence, on-premises or a guest (`no_mailbox`), an account to be
 * verified, a personal account named after a foreign address that may not send as it. Only what would hold every mail refuses the connection; a busy or
 * absent Graph does not.
 * @throws RelayError `upstream.…` of an answer that holds mail
 */
export async function probeMailbox(
  pool: UpstreamPool,
  config: MicrosoftConfig,
  mailbox: { accessToken: string; address: string },
): Promise<void> {
  const own = { emailAddress: { address: mailbox.address } };
  const answer = await sendJson(pool, config, {
    accessToken: mailbox.accessToken,
    message: { subject: SUBJECT, body: { contentType: 'text', content: TEXT }, from: own, toRecipients: [own] },
  }).catch(() => undefined);
  if (!answer) return;
  const result = toSendResult(answer, Date.now());
  if (result.outcome === 'accepted' || ERROR_TABLE[result.code].job !== 'hold') return;
  throw new RelayError(result.code, { internal: `probe: ${result.text ?? result.status}` });
}
