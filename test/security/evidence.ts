import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DumpedRow, dumpDatabase } from '@hikyaku/testing';
import { type Database, openDatabase } from '../../packages/db/src/index.ts';
import { filesBelow } from './search-files.ts';

/** Where content lies and what opens it, as SQL tells it. */
export interface ContentRow {
  id: string;
  state: string;
  tenantId: string;
  mailFrom: string;
  recipients: string[];
  keySealed: Buffer | null;
  spoolObject: string | null;
  spoolOffset: number | null;
  spoolLength: number | null;
}

/** Database and spool at one moment. */
export interface Look {
  dump: DumpedRow[];
  content: ContentRow[];
  /** Bytes of each object. */
  spool: Map<string, Buffer>;
}

function readSpool(dataDir: string): Map<string, Buffer> {
  const folder = join(dataDir, 'spool');
  return new Map(filesBelow(folder).map((path) => [path, readFileSync(join(folder, path))]));
}

/** The database of an instance on this machine, as somebody sees it who has its files. */
export function openEvidence(dataDir: string) {
  const { adminPassword, port } = JSON.parse(readFileSync(join(dataDir, 'postgres/secrets.json'), 'utf8')) as {
    adminPassword: string;
    port: number;
  };
  const url = `postgres://postgres:${adminPassword}@127.0.0.1:${port}/hikyaku`;
  const database: Database = openDatabase({ url, role: 'owner', max: 1, applicationName: 'test-evidence' });
  const content = () =>
    database.query<ContentRow>(
      `SELECT id, state::text, tenant_id AS "tenantId", mail_from AS "mailFrom", recipients, key_sealed AS "keySealed", spool_object AS "spoolObject", spool_offset AS "spoolOffset",
         spool_length AS "spoolLength" FROM messages ORDER BY seq`,
    );
  return {
    database,
    content,
    look: async (): Promise<Look> => ({
      dump: await dumpDatabase(url),
      content: await content(),
      spool: readSpool(dataDir),
    }),
    close: () => database.close(),
  };
}

/** True when the journal keeps nothing, neither mails nor segments that held them. */
export function isJournalEmpty(dataDir: string): boolean {
  return ['segments', 'large', 'quarantine'].every((name) => {
    const folder = join(dataDir, 'journal', name);
    return !existsSync(folder) || readdirSync(folder).length === 0;
  });
}

/** What the kernel says of each process of a running instance: its whole environment. */
export function readEnvironments(dataDir: string): Record<string, Record<string, string>> {
  const { children } = JSON.parse(readFileSync(join(dataDir, 'run/processes.json'), 'utf8')) as {
    children: { name: string; pid: number }[];
  };
  return Object.fromEntries(
    children.map(({ name, pid }) => {
      const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
      return [
        name,
        Object.fromEntries(pairs.map((pair) => [pair.split('=', 1)[0]!, pair.slice(pair.indexOf('=') + 1)])),
      ];
    }),
  );
}
