import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { ERROR_TABLE } from '@hikyaku/core';

const root = join(import.meta.dirname, '../..');
const MAX_LINES = 400;
const FORBIDDEN_NAMES = /(^|\/)(utils?|helpers?|common|manager|misc|shared)(\.[a-z]+|\/)/;

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file && existsSync(join(root, file)));
const code = tracked.filter((file) => /\.(ts|tsx|mjs)$/.test(file));
const text = (file: string): string => readFileSync(join(root, file), 'utf8');

test('there is code to look at', () => {
  assert.ok(code.length > 100, `only ${code.length} files of code`);
});

test('no file of code is longer than 400 lines', () => {
  const long = code
    .map((file) => `${file}: ${text(file).split('\n').length}`)
    .filter((entry) => Number(entry.split(': ')[1]) > MAX_LINES);
  assert.deepEqual(long, []);
});

test('no file or folder has a name that says nothing', () => {
  assert.deepEqual(
    code.filter((file) => FORBIDDEN_NAMES.test(file)),
    [],
  );
});

test('every room has a README of 40 lines at most', () => {
  const rooms = [
    ...new Set(tracked.map((file) => /^(apps|packages)\/[^/]+/.exec(file)?.[0]).filter((room) => room !== undefined)),
  ];
  assert.ok(rooms.length >= 15);
  for (const room of rooms) {
    assert.ok(existsSync(join(root, room, 'README.md')), `${room} has no README.md`);
    const lines = text(`${room}/README.md`).trimEnd().split('\n').length;
    assert.ok(lines <= 40, `${room}/README.md has ${lines} lines`);
  }
});

test('the environment is read in config alone', () => {
  const readers = code.filter(
    (file) =>
      /^(apps|packages)\/[^/]+\/src\//.test(file) &&
      !file.startsWith('packages/config/') &&
      !file.startsWith('packages/testing/'),
  );
  assert.deepEqual(
    readers.filter((file) => text(file).includes('process.env')),
    [],
  );
});

test('every error code has a paragraph in docs/errors', () => {
  const pages = tracked
    .filter((file) => file.startsWith('docs/errors/') && file.endsWith('.md'))
    .map(text)
    .join('\n');
  assert.deepEqual(
    Object.keys(ERROR_TABLE).filter((errorCode) => !pages.includes(`## ${errorCode}\n`)),
    [],
  );
});

test('every decision stands in the list of decisions, by the title that it has', () => {
  const list = text('docs/adr/README.md');
  const decisions = tracked.filter((file) => /^docs\/adr\/\d{4}-[\w-]+\.md$/.test(file));
  assert.ok(decisions.length >= 59);
  const missing = decisions.filter((file) => {
    const [, number, title] = /^# (\d{4}): (.+)$/m.exec(text(file)) ?? [];
    return !list.includes(`- [${number}](${file.slice('docs/adr/'.length)}) ${title}\n`);
  });
  assert.deepEqual(missing, []);
});

test('every setting has a row in docs/settings.md', () => {
  const settings = [...text('packages/config/src/settings.ts').matchAll(/^ {2}([A-Z][A-Z0-9_]+): /gm)].map(
    (match) => match[1]!,
  );
  const page = text('docs/settings.md');
  assert.ok(settings.length > 30);
  assert.deepEqual(
    [...settings].filter((name) => !page.includes(`\`${name}\``)),
    [],
  );
});

test('links between documents lead somewhere', () => {
  const broken: string[] = [];
  for (const file of tracked.filter((name) => name.endsWith('.md'))) {
    for (const [, target] of text(file).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)) {
      if (!existsSync(join(root, file, '..', target!))) broken.push(`${file} → ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});

test('what documents name of our files is there', () => {
  const PATH = /`((?:apps|packages|test|bench|scripts|infra|prisma)\/[\w./-]+)`/g;
  const gone: string[] = [];
  for (const file of tracked.filter((name) => name.endsWith('.md') && !name.startsWith('docs/adr/'))) {
    for (const [, path] of text(file).matchAll(PATH)) {
      // A room's own README may name its folders from there.
      if (![root, join(root, dirname(file))].some((from) => existsSync(join(from, path!))))
        gone.push(`${file}: ${path}`);
    }
  }
  assert.deepEqual(gone, []);
});
