import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

interface Entry {
  license?: string;
  dev?: boolean;
  link?: boolean;
}
const root = join(import.meta.dirname, '../..');
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Entry> };
const PREFIX = 'node_modules/';
const nameOf = (path: string) => path.slice(path.lastIndexOf(PREFIX) + PREFIX.length);

/** Nothing of these asks more than a notice. CC-BY: the data of caniuse-lite. */
const FREE = new Set([
  ...['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'Unlicense'],
  ...['CC-BY-4.0', 'Python-2.0', 'CC0-1.0'],
]);

/** Looked at one by one: what the lockfile says, and why it may be here. */
const REVIEWED: { name: RegExp; licence: string | undefined; why: string }[] = [
  { name: /^lightningcss(-|$)/, licence: 'MPL-2.0', why: 'copyleft by file; unchanged, used when building' },
  { name: /^elkjs$/, licence: 'EPL-2.0', why: 'comes with Prisma’s Studio, which nothing of ours starts' },
  { name: /^@visx\/vendor$/, licence: 'MIT and ISC', why: 'both free; written in words' },
  { name: /^url-template$/, licence: 'BSD', why: 'its LICENSE is the three-clause one' },
  { name: /^seq-queue$/, licence: undefined, why: 'its LICENSE is MIT’s' },
  // The one LGPL: libvips, a dynamic library in packages of its own; sharp, which makes pictures smaller, loads it (docs/adr/0031).
  { name: /^@img\/sharp-libvips-/, licence: 'LGPL-3.0-or-later', why: 'a separate dynamic library' },
  {
    name: /^@img\/sharp-win32-/,
    licence: 'Apache-2.0 AND LGPL-3.0-or-later',
    why: 'with its own libvips.dll beside it',
  },
  {
    name: /^@img\/sharp-wasm32$/,
    licence: 'Apache-2.0 AND LGPL-3.0-or-later AND MIT',
    why: 'a module of its own, for platforms that npm start does not run on',
  },
];

function isFree(licence: string): boolean {
  const plain = licence.replace(/[()]/g, '');
  return plain.includes(' OR ')
    ? plain.split(' OR ').some((part) => isFree(part))
    : plain.split(' AND ').every((part) => FREE.has(part.trim()));
}

/** A binary for another platform is not on this machine, so the lockfile may not know its licence; it is its siblings'. */
function licenceOf(name: string, entry: Entry): string | undefined {
  if (entry.license) return entry.license;
  const family = /^(.*?)-(android|darwin|freebsd|linux|win32|wasm32)/.exec(name)?.[1];
  if (!family) return undefined;
  const siblings = Object.entries(lock.packages).filter(([path]) => nameOf(path).startsWith(`${family}-`));
  const found = new Set(siblings.map(([, sibling]) => sibling.license).filter(Boolean));
  return found.size === 1 ? [...found][0] : undefined;
}

const production = Object.entries(lock.packages).filter(
  ([path, entry]) => path.startsWith(PREFIX) && !entry.dev && !entry.link,
);

test('every package that is part of the product has a licence that a product can bear, and all are listed', (t) => {
  assert.ok(production.length > 300);
  const listed = new Map<string, string[]>();
  const refused: string[] = [];
  for (const [path, entry] of production) {
    const name = nameOf(path);
    const licence = licenceOf(name, entry);
    const review = REVIEWED.find((each) => each.name.test(name) && each.licence === licence);
    if (!review && !(licence && isFree(licence))) refused.push(`${name}: ${licence ?? 'none'}`);
    const kind = review ? `${licence ?? 'no licence named'} (${review.why})` : String(licence);
    listed.set(kind, [...(listed.get(kind) ?? []), name]);
  }
  for (const [licence, names] of [...listed].sort((a, b) => b[1].length - a[1].length)) {
    t.diagnostic(`${licence}: ${names.length}: ${[...new Set(names)].sort().join(', ')}`);
  }
  assert.deepEqual(refused, []);
});

test('no tool that builds or tests it binds the product either, and no review is left over', () => {
  for (const [path, { license }] of Object.entries(lock.packages)) {
    const isReviewed = REVIEWED.some(({ name, licence }) => name.test(nameOf(path)) && licence === license);
    if (license && !isReviewed) assert.ok(!/GPL/.test(license) || / OR /.test(license), `${path}: ${license}`);
  }
  for (const { name, licence } of REVIEWED) {
    assert.ok(
      production.some(([path, { license }]) => name.test(nameOf(path)) && license === licence),
      `${name} is gone`,
    );
  }
});
