import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Postfix of a small site that runs until it is stopped. */
export interface PostfixClient {
  log(): string;
  stop(): void;
}

/** The distribution's Postfix as the mail server of a small site: takes mail at `port` in plain, and brings all of it to one smarthost by STARTTLS and AUTH. */
export function startPostfixClient(
  port: number,
  to: { port: number; username: string; password: string },
): PostfixClient {
  const dir = mkdtempSync(join(tmpdir(), 'postfix-client-'));
  chmodSync(dir, 0o755);
  for (const folder of ['queue', 'data']) mkdirSync(join(dir, folder), { mode: 0o755 });
  const { uid, gid } = statSync('/var/lib/postfix');
  chownSync(join(dir, 'data'), uid, gid);
  writeFileSync(join(dir, 'passwords'), `[127.0.0.1]:${to.port} ${to.username}:${to.password}\n`, { mode: 0o600 });
  const settings = {
    compatibility_level: '3.6',
    queue_directory: `${dir}/queue`,
    data_directory: `${dir}/data`,
    daemon_directory: '/usr/lib/postfix/sbin',
    command_directory: '/usr/sbin',
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    maillog_file: `${dir}/log`,
    maillog_file_prefixes: dir,
    myhostname: 'site.example',
    mydestination: '',
    inet_protocols: 'ipv4',
    alias_maps: '',
    local_recipient_maps: '',
    smtpd_relay_restrictions: 'permit_mynetworks, reject',
    mynetworks: '127.0.0.0/8',
    relayhost: `[127.0.0.1]:${to.port}`,
    disable_dns_lookups: 'yes',
    smtp_tls_security_level: 'encrypt',
    smtp_sasl_auth_enable: 'yes',
    smtp_sasl_password_maps: `texthash:${dir}/passwords`,
    smtp_sasl_security_options: 'noanonymous',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  writeFileSync(join(dir, 'main.cf'), lines.join(''));
  const services = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
  ];
  writeFileSync(join(dir, 'master.cf'), `${services.join('\n')}\n`);
  const control = (verb: string): string => {
    const { status, stdout, stderr } = spawnSync('postfix', ['-c', dir, verb], { encoding: 'utf8' });
    return status === 0 ? '' : `postfix ${verb}: ${stdout}${stderr}`;
  };
  const problem = control('start');
  const stop = (): void => {
    control('stop');
    rmSync(dir, { recursive: true, force: true });
  };
  if (problem) {
    stop();
    throw new Error(problem);
  }
  return { log: () => readFileSync(join(dir, 'log'), 'utf8'), stop };
}
