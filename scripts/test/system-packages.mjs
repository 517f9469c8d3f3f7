import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { show } from './command.mjs';

/** Debian packages by the file that proves them installed. */
const PACKAGES = {
  'redis-server': '/usr/bin/redis-server',
  // A clock of its own for a Postgres.
  faketime: '/usr/bin/faketime',
  chromium: '/usr/bin/chromium',
  'fonts-noto-cjk': '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  // Programs that send mail, for the doors' tests.
  swaks: '/usr/bin/swaks',
  curl: '/usr/bin/curl',
  msmtp: '/usr/bin/msmtp',
  's-nail': '/usr/bin/s-nail',
  sendemail: '/usr/bin/sendemail',
  'libio-socket-ssl-perl': '/usr/share/perl5/IO/Socket/SSL.pm',
  'libauthen-sasl-perl': '/usr/share/perl5/Authen/SASL.pm',
  'php-cli': '/usr/bin/php',
  'libphp-phpmailer': '/usr/share/php/libphp-phpmailer/autoload.php',
  // swaks speaks TLS by it, and only recommends it.
  'libnet-ssleay-perl': '/usr/share/doc/libnet-ssleay-perl/copyright',
  openssl: '/usr/bin/openssl',
  python3: '/usr/bin/python3',
  postfix: '/usr/sbin/postfix',
  haproxy: '/usr/sbin/haproxy',
  caddy: '/usr/bin/caddy',
  // An authority for certificates, with a stand-in for the DNS.
  pebble: '/usr/bin/pebble',
  'sasl2-bin': '/usr/sbin/saslpasswd2',
  'libsasl2-modules': '/usr/share/doc/libsasl2-modules/copyright',
  // Of Exim: installed, it would take Postfix's place, so it is unpacked beside.
  'exim4-daemon-light': '/opt/hikyaku-tests/exim4-daemon-light/usr/sbin/exim4',
  libidn12: '/usr/share/doc/libidn12/copyright',
};

/** Unpacked only, under the folder of PACKAGES; with the user that its binary asks for. */
const UNPACKED = { 'exim4-daemon-light': 'Debian-exim' };

/** Asked before an installation starts a service (invoke-rc.d, deb-systemd-invoke): none is started. */
const POLICY = '/usr/sbin/policy-rc.d';
/** Without a configuration of its own the distribution's Postfix does not start at the next boot either. */
const ANSWERS = 'postfix postfix/main_mailer_type select No configuration';

const isInstalled = (name) => existsSync(PACKAGES[name]) || spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;

/** @throws Error that says how to install what is missing, where this cannot be done from here (no Debian, or not root). */
export async function installSystemPackages(parts) {
  const missing = [...new Set(parts.flatMap((part) => part.packages ?? []))].filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    throw new Error(`the tests need ${missing.join(', ')}; on Debian, as root: apt-get update && ${command}`);
  }
  console.log(`  Installing ${missing.join(', ')} …`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const unpacked = missing.filter((name) => name in UNPACKED);
  const plain = missing.filter((name) => !(name in UNPACKED));
  const steps = ['apt-get update -qq'];
  if (missing.includes('postfix')) steps.push(`echo '${ANSWERS}' | debconf-set-selections`);
  if (plain.length) steps.push(`apt-get install -y --no-install-recommends ${plain.join(' ')} -qq`);
  for (const name of unpacked) steps.push(...unpacking(name));
  const script = `(${steps.join(' && ')}) >/tmp/hikyaku-apt.log 2>&1`;
  const code = await withoutServices(() =>
    show('sh', ['-c', `${script} || { tail -5 /tmp/hikyaku-apt.log; exit 1; }`], env),
  );
  const left = missing.filter((name) => !isInstalled(name));
  if (code !== 0 || left.length) throw new Error(`could not install ${left.join(', ') || missing.join(', ')}`);
}

function unpacking(name) {
  const folder = `/opt/hikyaku-tests/${name}`;
  const user = UNPACKED[name];
  return [
    `mkdir -p ${folder}/deb`,
    `(cd ${folder}/deb && apt-get download -qq ${name} && dpkg -x ./*.deb ..)`,
    // Run by root alone: nobody needs it to become root by itself.
    `chmod u-s ${PACKAGES[name]}`,
    `(id ${user} || useradd --system --no-create-home --shell /usr/sbin/nologin ${user})`,
  ];
}

/** Tests and benchmarks start servers of their own, on their own ports. */
async function withoutServices(install) {
  if (existsSync(POLICY)) return install();
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await install();
  } finally {
    rmSync(POLICY, { force: true });
  }
}
