import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reservePort } from '@hikyaku/testing';
import { makeCertificate } from './own-certificate.ts';

/** Unpacked there by scripts/test/system-packages.mjs: installed it would take Postfix's place. */
const BINARY = '/opt/hikyaku-tests/exim4-daemon-light/usr/sbin/exim4';
/** Debian's `mail`, user and group. */
const MAIL = 8;

/** The distribution's Exim as somebody's own mail server: STARTTLS before AUTH, and every mail that it takes kept in its queue. */
export interface Exim {
  port: number;
  username: string;
  password: string;
  /** Bodies of the mails kept. */
  bodies(): string[];
  stop(): Promise<void>;
}

export async function startExim(): Promise<Exim> {
  const dir = mkdtempSync(join(tmpdir(), 'exim-'));
  chmodSync(dir, 0o755);
  for (const folder of ['spool', 'log']) {
    mkdirSync(join(dir, folder));
    chownSync(join(dir, folder), MAIL, MAIL);
  }
  const { certificate, key } = makeCertificate(dir);
  chownSync(key, MAIL, MAIL);
  const port = await reservePort();
  const [username, password] = ['gate@example.jp', 'correct horse'];
  writeFileSync(
    join(dir, 'exim.conf'),
    `exim_user = mail
exim_group = mail
exim_path = ${BINARY}
spool_directory = ${dir}/spool
log_file_path = ${dir}/log/%slog
pid_file_path = ${dir}/exim.pid
primary_hostname = localhost
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
keep_environment =
queue_only
host_lookup =
rfc1413_query_timeout = 0s
message_size_limit = 1000000
tls_certificate = ${certificate}
tls_privatekey = ${key}
auth_advertise_hosts = \${if eq{$tls_in_cipher}{}{}{*}}
acl_smtp_rcpt = rcpt
begin acl
rcpt:
  deny message = no such user
       recipients = nobody@example.jp
  defer message = come back later
       recipients = later@example.jp
  accept authenticated = *
  deny message = relay not permitted
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_set_id = $auth2
  server_condition = \${if and {{eq{$auth2}{${username}}}{eq{$auth3}{${password}}}}}
`,
  );
  const daemon = spawn(BINARY, ['-C', join(dir, 'exim.conf'), '-bdf'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<void>((resolve) => daemon.once('exit', () => resolve()));
  for (let tries = 0; !(await answers(port)); tries++) {
    if (tries > 200 || daemon.exitCode !== null) throw new Error('exim did not start');
    await sleep(50);
  }
  return {
    port,
    username,
    password,
    bodies: () =>
      readdirSync(join(dir, 'spool/input'))
        .filter((name) => name.endsWith('-D'))
        .map((name) => readFileSync(join(dir, 'spool/input', name), 'latin1')),
    async stop() {
      daemon.kill('SIGTERM');
      await ended;
      rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
