import type { Database } from '@hikyaku/db';
import type { SandboxMail } from '@hikyaku/testing';

/** What became of a mail of a storm, or of a digest that was made of some. */
export interface StormMail {
  id: string;
  /** The subject. */
  marker: string;
  isDigest: boolean;
  /** The digest that it went into. */
  digestId: string | null;
  /** As the provider has them. */
  copies: number;
  doubts: number;
  /** Exactly the attempts after a doubt are marked as repeats. */
  isMarked: boolean;
}

/** Every mail as Postgres has it, with how often it is among those that the providers `sent`. */
export async function readStorm(owner: Database, sent: SandboxMail[]): Promise<StormMail[]> {
  const copies = new Map<string, number>();
  for (const { raw } of sent) {
    const id = /^Message-ID:\s*(<[^>]+>)/im.exec(Buffer.from(raw, 'base64').toString('latin1'))?.[1] ?? '';
    copies.set(id, (copies.get(id) ?? 0) + 1);
  }
  const rows = await owner.query<Omit<StormMail, 'copies'> & { header: string }>(
    `SELECT m.id, coalesce(m.subject, '') AS marker, m.door = 'dashboard' AS "isDigest", m.digest_id AS "digestId", m.message_id_header AS header,
       (SELECT count(*)::int FROM attempts t WHERE t.message_id = m.id AND t.outcome = 'in_doubt') AS doubts,
       (SELECT coalesce(bool_and(t.is_repeat = EXISTS (SELECT FROM attempts e WHERE e.message_id = m.id AND e.number < t.number AND e.outcome = 'in_doubt')), true)
        FROM attempts t WHERE t.message_id = m.id) AS "isMarked"
     FROM messages m`,
  );
  return rows.map(({ header, ...row }) => ({ ...row, copies: copies.get(header) ?? 0 }));
}
