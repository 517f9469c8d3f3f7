import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');

test('npm ci takes the lockfile', () => {
  const copy = mkdtempSync(join(tmpdir(), 'hikyaku-lock-'));
  try {
    const manifests = execFileSync('git', ['ls-files', '*package.json', 'package-lock.json'], {
      cwd: root,
      encoding: 'utf8',
    });
    for (const file of manifests.split('\n').filter(Boolean)) {
      mkdirSync(join(copy, dirname(file)), { recursive: true });
      copyFileSync(join(root, file), join(copy, file));
    }
    const run = spawnSync(
      'npm',
      ['ci', '--ignore-scripts', '--dry-run', '--no-audit', '--no-fund', '--loglevel=error'],
      {
        cwd: copy,
        encoding: 'utf8',
      },
    );
    assert.equal(run.status, 0, run.stderr);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});

test('every library has one version among our own packages', () => {
  const versions = new Map<string, Set<string>>();
  const manifests = execFileSync('git', ['ls-files', '*package.json'], { cwd: root, encoding: 'utf8' });
  for (const file of manifests.split('\n').filter(Boolean)) {
    const manifest = JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<
      string,
      Record<string, string> | undefined
    >;
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
        versions.set(name, (versions.get(name) ?? new Set()).add(version));
      }
    }
  }
  const several = [...versions]
    .filter(([, found]) => found.size > 1)
    .map(([name, found]) => `${name}: ${[...found].join(', ')}`);
  assert.deepEqual(several, []);
  const loose = [...versions].filter(
    ([name, found]) =>
      !name.startsWith('@hikyaku/') && ![...found].every((version) => /^(npm:[\w@/-]+@)?\d/.test(version)),
  );
  assert.deepEqual(loose, [], 'versions are exact');
});
