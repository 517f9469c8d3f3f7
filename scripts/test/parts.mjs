import { nodeBinary } from '../prepare.mjs';
import { check } from './command.mjs';
import { nodeTests } from './node-tests.mjs';

const bin = (name) => `node_modules/.bin/${name}`;
/** The compiler's native version, by its path: `typescript` is the one with an interface for other tools, and both would be `tsc`. */
const tsc = 'node_modules/typescript-native/bin/tsc';

/** Adds up the counts of checks that run side by side. */
async function all(...checks) {
  const results = await Promise.all(checks);
  const sum = (pick) => results.reduce((total, result) => total + pick(result), 0);
  return { passed: sum(({ passed }) => passed), failed: sum(({ failed }) => failed) };
}

/** Every part of `npm test`, cheapest first. Those `beside` run first and at the same time: each keeps one core busy, or waits. */
const PARTS = [
  {
    name: 'lint',
    beside: true,
    what: 'format and lint',
    run: () =>
      check(bin('biome'), [
        'ci',
        '--error-on-warnings',
        '--max-diagnostics=20',
        ...(process.stdout.isTTY ? [] : ['--colors=off']),
      ]),
  },
  {
    name: 'types',
    beside: true,
    what: 'TypeScript, strict',
    run: () => all(check(tsc, ['-p', 'tsconfig.json']), check(tsc, ['-p', 'apps/web/tsconfig.json', '--noEmit'])),
  },
  {
    name: 'floors',
    beside: true,
    what: 'arrows point down, nothing unused',
    run: () =>
      all(
        check(nodeBinary(), [
          bin('depcruise'),
          'apps',
          'packages',
          'test',
          'bench',
          '--config',
          '.dependency-cruiser.mjs',
          '--output-type',
          'err',
        ]),
        check(nodeBinary(), [bin('knip'), '--no-progress']),
      ),
  },
  // Half of the time it waits for npm: the checks beside it have the cores meanwhile.
  {
    name: 'house',
    beside: true,
    what: 'lockfile, file sizes, documents',
    run: () => nodeTests({ files: ['test/house/*.test.ts'] }),
  },
  {
    name: 'unit',
    what: 'pure code',
    packages: ['python3', 'openssl'],
    run: () =>
      nodeTests({
        files: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'bench/test/*.test.ts'],
        exclude: ['.int.test.ts'],
      }),
  },
  {
    name: 'integration',
    what: 'real Postgres, both queue backends, real processes',
    packages: [
      'redis-server',
      'swaks',
      'curl',
      'msmtp',
      's-nail',
      'sendemail',
      'libio-socket-ssl-perl',
      'libauthen-sasl-perl',
      'php-cli',
      'libphp-phpmailer',
      'libnet-ssleay-perl',
      'openssl',
      'python3',
      'postfix',
      'sasl2-bin',
      'libsasl2-modules',
      'exim4-daemon-light',
      'libidn12',
      'haproxy',
      'caddy',
      'pebble',
    ],
    needsPrograms: true,
    run: () =>
      nodeTests({ files: ['packages/*/test/**/*.int.test.ts', 'apps/*/test/**/*.int.test.ts'], timeoutMs: 180_000 }),
  },
  {
    name: 'route',
    what: 'the whole route through the real processes',
    packages: ['swaks', 'libnet-ssleay-perl', 'openssl', 'python3', 'pebble'],
    needsBuild: true,
    run: () => nodeTests({ files: ['test/route/*.test.ts', 'test/start/*.test.ts'], timeoutMs: 240_000 }),
  },
  {
    name: 'security',
    what: 'nothing leaks; keys rotate; stolen things open nothing',
    packages: ['redis-server'],
    needsBuild: true,
    // The last one measures how long mail takes: a file beside it would be measured, too.
    run: async () => {
      const alone = 'worst-mail.test.ts';
      const together = await nodeTests({ files: ['test/security/*.test.ts'], exclude: [alone], timeoutMs: 240_000 });
      return all(together, nodeTests({ files: [`test/security/${alone}`], timeoutMs: 240_000 }));
    },
  },
  {
    name: 'durability',
    what: 'kills at every step and at random, stores away, disks full: nothing lost',
    // What is proved here is what a disk keeps.
    onDisk: true,
    packages: ['redis-server', 'faketime'],
    needsBuild: true,
    run: () =>
      nodeTests({
        files: ['test/durability/*.test.ts'],
        timeoutMs: 300_000,
        fileTimeoutMs: 600_000,
      }),
  },
  {
    name: 'browser',
    what: 'the dashboard in Chromium, in Japanese and English',
    packages: ['chromium', 'fonts-noto-cjk'],
    needsBuild: true,
    run: () =>
      nodeTests({
        files: ['test/browser/*.test.ts'],
        timeoutMs: 300_000,
        fileTimeoutMs: 600_000,
      }),
  },
];

/**
 * The parts of these names; without a name all.
 * @throws Error that names those there are
 */
export function chooseParts(names) {
  const unknown = names.filter((name) => !PARTS.some((part) => part.name === name));
  if (unknown.length)
    throw new Error(`no such part: ${unknown.join(', ')} (there are ${PARTS.map((part) => part.name).join(', ')})`);
  return PARTS.filter((part) => names.length === 0 || names.includes(part.name));
}
