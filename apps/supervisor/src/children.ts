import { join } from 'node:path';
import { childEnvironment, type Settings } from '@hikyaku/config';
import type { ChildSpec } from './child.ts';

export interface ChildContext {
  root: string;
  settings: Settings;
  databaseUrl: string;
  masterKeys: string[];
  /** Keys derived for the edge, which never sees a master key. */
  edgeKeys: string[];
  operatorCode: string | undefined;
}

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
    NODE_ENV: 'production',
  };
  const withKeys = { ...shared, HIKYAKU_MASTER_KEY: context.masterKeys.join(',') };
  const app = (name: string, folder: string, overrides: Record<string, string | undefined>): ChildSpec => ({
    name,
    args: ['--disable-warning=ExperimentalWarning', join(root, folder, 'src/main.ts')],
    cwd: root,
    env: childEnvironment(overrides),
    isReadyLine: isStartedEvent,
    restartMaxMs: settings.RESTART_MAX_MS,
  });
  const web: ChildSpec = {
    name: 'web',
    args: [join(root, 'node_modules/next/dist/bin/next'), 'start', '-p', String(settings.NEXT_PORT), '-H', '127.0.0.1'],
    cwd: join(root, 'apps/web'),
    env: childEnvironment({ ...shared, DATABASE_URL: undefined, REDIS_URL: undefined, NEXT_TELEMETRY_DISABLED: '1' }),
    isReadyLine: (line) => /\bReady in\b/.test(line),
    restartMaxMs: settings.RESTART_MAX_MS,
  };
  return [
    ...(settings.isSandbox
      ? [app('sandbox', 'packages/sandbox', { ...shared, DATABASE_URL: undefined, REDIS_URL: undefined })]
      : []),
    app('api', 'apps/api', { ...withKeys, HIKYAKU_OPERATOR_CODE: context.operatorCode }),
    app('worker', 'apps/worker', {
      ...withKeys,
      HIKYAKU_METRICS_PORT: String(settings.WORKER_METRICS_PORT),
    }),
    app('edge', 'apps/edge', { ...shared, HIKYAKU_EDGE_KEY: context.edgeKeys.join(',') }),
    web,
  ];
}
