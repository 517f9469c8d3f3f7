import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** One paragraph: what was measured on, and when. `folder`: where the servers keep their files. */
export function describeMachine(folder: string): string {
  const disk =
    output('df', ['--output=fstype,source', folder]).split('\n')[1]?.trim().replace(/\s+/g, ' ') ?? 'unknown';
  const postfix = output('postconf', ['-d', '-h', 'mail_version']).trim();
  return [
    new Date().toISOString().slice(0, 16).replace('T', ' '),
    `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 1e9)} GB`,
    `Linux ${release()}, ${disk}`,
    `Node ${process.versions.node}, OpenSSL ${process.versions.openssl}${postfix ? `, Postfix ${postfix}` : ''}`,
    `load before the start ${loadavg()[0]?.toFixed(1)}`,
  ].join(' · ');
}

const output = (command: string, args: string[]): string => spawnSync(command, args, { encoding: 'utf8' }).stdout ?? '';
