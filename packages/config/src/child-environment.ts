/** What a child needs of the machine's environment, besides our prefixed settings. */
const MACHINE = [
  'DATABASE_URL',
  'REDIS_URL',
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
  'no_proxy',
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
  'NODE_COMPILE_CACHE',
];

/**
 * The environment for a child process: the machine's basics, our settings as they were given, then `overrides` (undefined removes one).
 * Secrets that a child has no use for are removed by its caller this way.
 */
export function childEnvironment(
  overrides: Record<string, string | undefined>,
  env: Record<string, string | undefined> = process.env,
): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => MACHINE.includes(name) || name.startsWith('HIKYAKU_'));
  return Object.fromEntries(
    Object.entries({ ...Object.fromEntries(kept), ...overrides }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
}

/** All that we were given, for a process that does a part of our own work. */
export function ownEnvironment(): Record<string, string | undefined> {
  return { ...process.env };
}
