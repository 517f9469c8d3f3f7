import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const css = readFileSync(new URL('../src/theme.css', import.meta.url), 'utf8');

/** Colour tokens of the block that follows `selector`. */
function readTokens(selector: string): Record<string, string> {
  const start = css.indexOf(`${selector} {`);
  assert.ok(start >= 0, selector);
  const block = css.slice(start, css.indexOf('}', start));
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const LOOKS = {
  light: readTokens(':root'),
  dark: readTokens(':root[data-theme="dark"]'),
  'dark by system': readTokens(':root:not([data-theme="light"])'),
};
const GROUNDS = ['paper', 'surface', 'sunken'];
const TEXT_PAIRS = [
  ...['ink', 'ink-soft', 'ink-faint'].flatMap((text) => GROUNDS.map((ground) => [text, ground])),
  ...GROUNDS.map((ground) => ['ai', ground]),
  ...['ai', 'ok', 'warn', 'bad'].map((tone) => [tone, `${tone}-soft`]),
  ...['ai', 'ok', 'warn', 'bad'].flatMap((tone) => [
    ['ink', `${tone}-soft`],
    ['ink-soft', `${tone}-soft`],
  ]),
  ['bad', 'surface'],
  ['on-ai', 'ai'],
  ['on-ai', 'ai-strong'],
  ['on-bad', 'bad'],
  ['on-bad', 'bad-strong'],
] as const;

for (const [look, tokens] of Object.entries(LOOKS)) {
  const ratio = (one = '', other = '') =>
    contrast(tokens[one] ?? assert.fail(one), tokens[other] ?? assert.fail(other));

  test(`every text can be read on its ground: 4.5 to 1 or better (${look})`, () => {
    const poor = TEXT_PAIRS.filter(([text, ground]) => ratio(text, ground) < 4.5);
    assert.deepEqual(poor, []);
  });

  test(`borders of controls and the focus ring are seen: 3 to 1 or better (${look})`, () => {
    const poor = ['line-strong', 'ai']
      .flatMap((mark) => ['paper', 'surface'].map((ground) => [mark, ground]))
      .filter(([mark, ground]) => ratio(mark, ground) < 3);
    assert.deepEqual(poor, []);
  });
}

test('dark is the same by choice and by system', () => {
  assert.deepEqual(LOOKS.dark, LOOKS['dark by system']);
});
