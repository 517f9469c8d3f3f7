import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Unpacked there by scripts/test/system-packages.mjs: installed it would take Postfix's place. */
const BINARY = '/opt/hikyaku-tests/exim4-daemon-light/usr/sbin/exim4';
/** Debian's `mail`, user and group. */
const MAIL = 8;

/** The distribution's Exim as the mail server of a small site: all of its mail goes to one smarthost, by STARTTLS and AUTH, and is delivered before the command ends. */
export function makeEximClient(to: { port: number; username: string; password: string }): {
  command: string;
  /** Recipients follow. */
  args: string[];
  log(): string;
  remove(): void;
} {
  const dir = mkdtempSync(join(tmpdir(), 'exim-client-'));
  chmodSync(dir, 0o755);
  for (const folder of ['spool', 'log']) {
    mkdirSync(join(dir, folder));
    chownSync(join(dir, folder), MAIL, MAIL);
  }
  // Whoever writes it first, both users go on.
  writeFileSync(join(dir, 'log/mainlog'), '');
  chownSync(join(dir, 'log/mainlog'), MAIL, MAIL);
  const config = join(dir, 'exim.conf');
  writeFileSync(
    config,
    `exim_user = mail
exim_group = mail
exim_path = ${BINARY}
spool_directory = ${dir}/spool
log_file_path = ${dir}/log/%slog
primary_hostname = site.example
keep_environment =
host_lookup =
begin routers
smarthost:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = smarthost
begin transports
smarthost:
  driver = smtp
  port = ${to.port}
  hosts_require_auth = *
  hosts_require_tls = *
  tls_try_verify_hosts = :
  tls_verify_hosts = :
  hosts_try_dane = :
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  client_send = ^${to.username}^${to.password}
`,
  );
  return {
    command: BINARY,
    args: ['-C', config, '-odf'],
    log: () => readFileSync(join(dir, 'log/mainlog'), 'utf8'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
