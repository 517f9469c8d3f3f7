// Installing and building, each only when its inputs changed. Used by `npm start` and `npm test`; runs without any package.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const OLDEST_NODE = 20;

/** Node 24 of this project (a package), by which everything runs. */
export function nodeBinary() {
  const own = join(root, 'node_modules/.bin/node');
  if (existsSync(own)) return own;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Error(
    `no Node 24 for ${process.platform}-${process.arch} came with the packages; install Node 24 and run again`,
  );
}

/** Runs a command; its output is shown only when it fails. */
function run(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output.push(chunk);
        // The end of the output tells what failed; the rest may be long.
        if (output.length > 400) output.shift();
      });
    }
    child.on('error', (error) => reject(new Error(`${command} cannot be run: ${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) return resolve(undefined);
      process.stderr.write(`\n${Buffer.concat(output).toString()}\n`);
      reject(new Error(`\`${command} ${args.join(' ')}\` ended with code ${code}`));
    });
  });
}

async function step(text, work) {
  const startedAt = Date.now();
  process.stdout.write(`  ${text} …`);
  await work();
  process.stdout.write(` ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
}

const digest = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

const installStamp = join(root, 'node_modules/.hikyaku-installed');
const installKey = () => digest(readFileSync(join(root, 'package-lock.json')), process.platform, process.arch);

/** Says that node_modules is what the lockfile says. */
export function markInstalled() {
  writeFileSync(installStamp, installKey());
}

/**
 * Packages, then the generated database client, then (with `bundle`, or `build`) our programs as one file each, and with `tests` those that tests
 * start, then (with `build`) the dashboard.
 * @throws Error with one line when something is missing or fails.
 */
export async function prepare({ build, bundle = build, tests = false }) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE)
    throw new Error(`Node ${process.versions.node} is too old; Node ${OLDEST_NODE} or newer is needed`);
  if (!existsSync(installStamp) || readFileSync(installStamp, 'utf8') !== installKey()) {
    // No package here needs its install script; what Postgres's package does in one, our launcher does.
    await step('Installing packages', () =>
      run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']),
    );
    markInstalled();
  }
  await run(nodeBinary(), ['scripts/db-generate.mjs']);
  // Node keeps what it made of our TypeScript here: a process starts in about half the CPU. Each file is known by its content.
  process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules/.cache/compiled');
  if (bundle) {
    await step('Building the programs', () => run(nodeBinary(), ['scripts/bundle.mjs', ...(tests ? ['tests'] : [])]));
  }
  if (build) {
    await step('Building the dashboard', () =>
      run('node_modules/.bin/turbo', ['run', 'build', '--output-logs=errors-only'], {
        TURBO_TELEMETRY_DISABLED: '1',
        NEXT_TELEMETRY_DISABLED: '1',
        DO_NOT_TRACK: '1',
      }),
    );
  }
}
