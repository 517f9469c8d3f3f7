import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetMember, TriedMail } from '@hikyaku/testing';

/** What is known of an instance beside its rows and files. */
export interface Instance {
  /** When its rows were read. */
  at: string;
  masterKey: string;
  signIn: { email: string; password: string };
  cookies: [string, string][];
  fleet: FleetMember[];
  /** `member`: its place in `fleet`. */
  tries: (Omit<TriedMail, 'member'> & { member: number })[];
}

/** Rows as jsonb prints them, by table. */
export type Rows = Record<string, Record<string, unknown>[]>;

export const archiveOf = (day: string): string => join(import.meta.dirname, `${day}.tgz`);

/** Takes an archive apart in `folder`; the instance's data folder is `data` in it. */
export function openInstance(day: string, folder: string): { instance: Instance; rows: Rows; dataDir: string } {
  tar('-xf', archiveOf(day), '-C', folder);
  const read = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
  return { instance: read('instance.json'), rows: read('rows.json'), dataDir: join(folder, 'data') };
}

/** @throws Error with what it printed */
export function tar(...args: string[]): void {
  const { status, stderr, error } = spawnSync('tar', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar ${args[0]}: ${error?.message ?? stderr}`);
}
