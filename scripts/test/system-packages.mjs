import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { show } from './command.mjs';

/** Debian packages by the file that proves them installed. */
const PACKAGES = {
  'redis-server': '/usr/bin/redis-server',
  chromium: '/usr/bin/chromium',
  'fonts-noto-cjk': '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  swaks: '/usr/bin/swaks',
  openssl: '/usr/bin/openssl',
  python3: '/usr/bin/python3',
};

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
  // Installed packages must not start their services: tests start their own, on their own ports.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const code = await show(
    'sh',
    [
      '-c',
      `(apt-get update -qq && ${command} -qq) >/tmp/hikyaku-apt.log 2>&1 || { tail -5 /tmp/hikyaku-apt.log; exit 1; }`,
    ],
    env,
  );
  const left = missing.filter((name) => !isInstalled(name));
  if (code !== 0 || left.length) throw new Error(`could not install ${left.join(', ') || missing.join(', ')}`);
}
