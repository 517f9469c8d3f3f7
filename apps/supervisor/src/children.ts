import { join } from 'node:path';
import { childEnvironment, type Settings } from '@hikyaku/config';
import { EDGE_NODE_OPTIONS, MAIL_ENVIRONMENT, WORKER_NODE_OPTIONS } from '@hikyaku/telemetry';
import { edgeKeysOf, parseMasterKeys } from '@hikyaku/vault';
import type { ChildSpec } from './child.ts';

export interface ChildContext {
  root: string;
  /** Every program by its path in its folder. */
  program: 'src/main.ts' | 'dist/main.mjs';
  settings: Settings;
  databaseUrl: string;
  /** Asked at each start of a child: a rotation changes them while we run. */
  masterKeys(): string[];
  operatorCode: string | undefined;
}

/** What only processes that talk to providers or people need; a stolen edge or web process has none of it. */
const NO_PROVIDERS = {
  HIKYAKU_MICROSOFT_CLIENT_ID: undefined,
  HIKYAKU_MICROSOFT_CLIENT_SECRET: undefined,
  HIKYAKU_GOOGLE_CLIENT_ID: undefined,
  HIKYAKU_GOOGLE_CLIENT_SECRET: undefined,
  HIKYAKU_SYSTEM_SMTP_URL: undefined,
  HIKYAKU_OPERATOR_ALERT_URL: undefined,
  // A proxy's address may hold a password.
  HTTPS_PROXY: undefined,
  https_proxy: undefined,
};
const NO_STORES = { DATABASE_URL: undefined, REDIS_URL: undefined };

const isStartedEvent = (line: string): boolean => line.includes('"event":"started"');

/** Every process of one machine, in the order in which they start; they stop in the reverse order. */
export function describeChildren(context: ChildContext): ChildSpec[] {
  const { root, settings } = context;
  const shared = {
    DATABASE_URL: context.databaseUrl,
    HIKYAKU_DATA_DIR: settings.DATA_DIR,
    HIKYAKU_PUBLIC_URL: settings.PUBLIC_URL,
    HIKYAKU_SANDBOX: settings.isSandbox ? (settings.SANDBOX === 'force' ? 'force' : 'on') : 'off',
    HIKYAKU_MASTER_KEY: undefined,
    HIKYAKU_EDGE_KEY: undefined,
    HIKYAKU_OPERATOR_CODE: undefined,
    HIKYAKU_METRICS_LISTEN: undefined,
    HIKYAKU_METRICS_TOKEN: undefined,
    NODE_ENV: 'production',
    // Compiled code of earlier starts: about half the CPU of a start.
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/hikyaku-compile'),
  };
  const measured = { HIKYAKU_METRICS_LISTEN: settings.METRICS_LISTEN, HIKYAKU_METRICS_TOKEN: settings.METRICS_TOKEN };
  const withKeys = () => ({ ...shared, HIKYAKU_MASTER_KEY: context.masterKeys().join(',') });
  const edgeKeys = () => edgeKeysOf(parseMasterKeys(context.masterKeys())).join(',');
  const app = (name: string, folder: string, overrides: () => Record<string, string | undefined>): ChildSpec => ({
    name,
    args: ['--disable-warning=ExperimentalWarning', join(root, folder, context.program)],
    cwd: root,
    env: () => childEnvironment(overrides()),
    isReadyLine: isStartedEvent,
    restartMaxMs: settings.RESTART_MAX_MS,
    drainMs: settings.DRAIN_MS + 2000,
  });
  const web: ChildSpec = {
    name: 'web',
    args: [join(root, 'node_modules/next/dist/bin/next'), 'start', '-p', String(settings.NEXT_PORT), '-H', '127.0.0.1'],
    cwd: join(root, 'apps/web'),
    env: () => childEnvironment({ ...shared, ...NO_PROVIDERS, ...NO_STORES, NEXT_TELEMETRY_DISABLED: '1' }),
    isReadyLine: (line) => /\bReady in\b/.test(line),
    restartMaxMs: settings.RESTART_MAX_MS,
    drainMs: settings.DRAIN_MS + 2000,
  };
  return [
    ...(settings.isSandbox
      ? [app('sandbox', 'packages/sandbox', () => ({ ...shared, ...NO_PROVIDERS, ...NO_STORES }))]
      : []),
    app('api', 'apps/api', () => ({ ...withKeys(), HIKYAKU_OPERATOR_CODE: context.operatorCode })),
    withOptions(
      WORKER_NODE_OPTIONS,
      app('worker', 'apps/worker', () => ({
        ...withKeys(),
        ...measured,
        ...MAIL_ENVIRONMENT,
        HIKYAKU_METRICS_PORT: String(settings.WORKER_METRICS_PORT),
      })),
    ),
    // Keys derived for it: the edge never sees a master key.
    // Where it is one process, it serves itself.
    withOptions(
      EDGE_NODE_OPTIONS,
      app('edge', 'apps/edge', () => ({
        ...shared,
        ...measured,
        ...NO_PROVIDERS,
        ...MAIL_ENVIRONMENT,
        HIKYAKU_EDGE_KEY: edgeKeys(),
      })),
    ),
    web,
  ];
}

/** With options of its runtime. */
const withOptions = (options: readonly string[], spec: ChildSpec): ChildSpec => ({
  ...spec,
  args: [...options, ...spec.args],
});
