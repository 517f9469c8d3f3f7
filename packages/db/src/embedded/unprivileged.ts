import { spawnSync } from 'node:child_process';
import { RelayError } from '@hikyaku/core';

/** All that Postgres's programs get of our environment: settings with keys in them stay out of theirs. */
export const BARE_ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' };

/**
 * The command to run a program that refuses to be root. As root it runs in a user namespace where root is mapped to an ordinary user: the
 * same files stay readable, even below a folder that only root may enter.
 * @throws RelayError `db.unavailable` where that is not allowed.
 */
export function asUnprivileged(program: string, args: string[]): { command: string; args: string[] } {
  if (process.getuid?.() !== 0) return { command: program, args };
  const unshare = ['--map-user=1000', '--map-group=1000'];
  const probe = spawnSync('unshare', [...unshare, 'true'], { encoding: 'utf8', timeout: 10_000 });
  // A machine that was too busy for it has said nothing of what it allows.
  const isUndecided = (probe.error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT';
  if (probe.status !== 0 && !isUndecided) {
    throw new RelayError('db.unavailable', {
      internal:
        'embedded Postgres cannot run as root here (user namespaces are off); start as an ordinary user, or set DATABASE_URL',
    });
  }
  return { command: 'unshare', args: [...unshare, program, ...args] };
}
