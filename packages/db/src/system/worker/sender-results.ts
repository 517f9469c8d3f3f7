import type { Database } from '../../database.ts';

/** What a provider said of a mail from a sender beside the mailbox's own address. `code`: of the refusal. */
export interface SenderResult {
  senderId: string;
  state: 'untested' | 'works' | 'refused';
  code: string | null;
}

/** Keeps it: from the next claim on a refused sender's mail leaves from the mailbox's own address. One that was removed meanwhile is nothing to write of. */
export async function writeSenderResult(database: Database, { senderId, state, code }: SenderResult): Promise<void> {
  await database.query(
    `UPDATE mailbox_senders SET state = $2::sender_state, state_code = $3, tested_at = now() WHERE id = $1`,
    [senderId, state, code],
  );
}
