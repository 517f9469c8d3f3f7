import { spawn } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asUnprivileged, BARE_ENVIRONMENT } from './unprivileged.ts';

/** A running server of this data folder, ours or one that an earlier process left. */
export interface Postmaster {
  pid: number;
  port: number;
}

/**
 * The server that runs on this data folder, if any. A pid file whose process is gone, or is something else by now, is removed: Postgres
 * itself would take any process of that number for a server.
 */
export function findPostmaster(data: string): Postmaster | null {
  const file = join(data, 'postmaster.pid');
  let lines: string[];
  try {
    lines = readFileSync(file, 'utf8').split('\n');
  } catch {
    return null;
  }
  const pid = Number(lines[0]);
  if (!isServerOf(pid, data)) {
    rmSync(file, { force: true });
    return null;
  }
  return { pid, port: Number(lines[3] ?? 0) };
}

/** Line of the pid file that says how the server is: `ready`, `stopping` … */
const STATUS_LINE = 7;

/** True for a server that was asked to end, whoever asked: it takes no new connection from then on, and waits for those that it has. */
export function isStopping(data: string): boolean {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[STATUS_LINE]?.trim() === 'stopping';
  } catch {
    return false;
  }
}

/** A server works inside its data folder. */
function isServerOf(pid: number, data: string): boolean {
  try {
    const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    return name === 'postgres' && readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
  } catch {
    return false;
  }
}

const MAX_LOG_BYTES = 5_000_000;

/**
 * Starts the server in a session of its own: Ctrl-C in the terminal does not reach it, and it outlives whoever started it. Only warnings of
 * the server itself are logged; failed statements are not, since their texts may quote what tenants wrote.
 */
export async function launchPostmaster(options: {
  postgres: string;
  data: string;
  port: number;
  log: string;
}): Promise<{ pid: number; exited: Promise<void> }> {
  const settings = {
    port: options.port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 150,
    timezone: 'UTC',
    log_timezone: 'UTC',
    // What waits longer on a machine of this size is a bug; our statements are short and compiling them costs more than it brings.
    jit: 'off',
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    log_autovacuum_min_duration: -1,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { command, args } = asUnprivileged(options.postgres, ['-D', options.data, ...flags]);
  const size = (await stat(options.log).catch(() => null))?.size ?? 0;
  if (size > MAX_LOG_BYTES) await rename(options.log, `${options.log}.1`);
  const log = await open(options.log, 'a', 0o600);
  try {
    const child = spawn(command, args, { detached: true, stdio: ['ignore', log.fd, log.fd], env: BARE_ENVIRONMENT });
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    child.unref();
    return { pid: child.pid ?? 0, exited };
  } finally {
    await log.close();
  }
}

/** Last line in the log that says why a start failed. */
export async function lastComplaint(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const lines = text.trimEnd().split('\n').slice(-40);
  const found = lines.findLast((line) => /FATAL|PANIC|error|unshare:/.test(line)) ?? lines.at(-1) ?? '';
  return found.replace(/^.*?(FATAL|PANIC):\s*/, '');
}
