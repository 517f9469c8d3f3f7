// A registry view without other platforms' packages makes npm leave their optional packages out of the lockfile, and `npm ci` then refuses it.
// This adds an entry (version, optional, os, cpu) for each one that is missing. Runs after every change of dependencies: `npm run lock`.
import { readFileSync, writeFileSync } from 'node:fs';
import { markInstalled } from './prepare.mjs';

const OS = [
  [/android/, 'android'],
  [/darwin/, 'darwin'],
  [/freebsd/, 'freebsd'],
  [/openharmony/, 'openharmony'],
  [/win32|windows/, 'win32'],
  [/wasm32/, 'wasi'],
  [/linux/, 'linux'],
];
const CPU = [
  [/wasm32/, 'wasm32'],
  [/arm64/, 'arm64'],
  [/arm/, 'arm'],
  [/ia32/, 'ia32'],
  [/ppc64/, 'ppc64'],
  [/riscv64/, 'riscv64'],
  [/s390x/, 's390x'],
  [/x64|-64$/, 'x64'],
];
const EXACT = /^\d+\.\d+\.\d+/;

/** The lockfile key under which npm would find `name` from `from`, or undefined. */
function resolved(packages, from, name) {
  for (let base = from; ; ) {
    const key = `${base ? `${base}/` : ''}node_modules/${name}`;
    if (packages[key]) return key;
    if (base === '') return undefined;
    const cut = base.lastIndexOf('/node_modules/');
    base = cut < 0 ? '' : base.slice(0, cut);
  }
}

/** Adds what is missing to a parsed lockfile; returns the names added. */
export function addStubs(lock) {
  const added = [];
  for (const [from, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (resolved(lock.packages, from, name) || !EXACT.test(version)) continue;
      const os = OS.find(([pattern]) => pattern.test(name))?.[1];
      const cpu = CPU.find(([pattern]) => pattern.test(name))?.[1];
      lock.packages[`node_modules/${name}`] = {
        version,
        ...(cpu ? { cpu: [cpu] } : {}),
        ...(entry.dev ? { dev: true } : {}),
        ...(/musl/.test(name) ? { libc: ['musl'] } : {}),
        optional: true,
        ...(os ? { os: [os] } : {}),
      };
      added.push(name);
    }
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  return added;
}

if (import.meta.main ?? process.argv[1]?.endsWith('lock-stubs.mjs')) {
  const file = new URL('../package-lock.json', import.meta.url);
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const added = addStubs(lock);
  if (added.length) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  markInstalled();
  console.log(added.length ? `added ${added.length} entries` : 'nothing missing');
}
