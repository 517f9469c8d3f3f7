import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { brokenLines } from './broken-lines.ts';

const root = join(import.meta.dirname, '../..');
export const DESK = { width: 1280, height: 800 };
/** The narrowest that is sold. */
export const PHONE = { width: 360, height: 780 };
export type Language = 'ja' | 'en';

/** The dashboard's texts in a language: `texts('devices.add')`, with `{name}` filled in. ICU plurals are not for this. */
export function readTexts(language: Language) {
  return (key: string, values: Record<string, string> = {}): string => {
    const [feature = '', ...path] = key.split('.');
    const file = join(root, 'apps/web/messages', language, `${feature}.json`);
    const text = path.reduce<unknown>(
      (node, name) => (node as Record<string, unknown>)[name],
      JSON.parse(readFileSync(file, 'utf8')),
    );
    assert.equal(typeof text, 'string', key);
    return (text as string).replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? assert.fail(`${key}: ${name}`));
  };
}

export interface Person {
  context: BrowserContext;
  page: Page;
}

/**
 * Gives `work` a browser of its own, whose language is asked for by Accept-Language alone. Where it stops, a picture is taken;
 * where it does not, the console must have been quiet: no refused script or style, no broken page.
 */
export async function asPerson(
  browser: Browser,
  language: Language,
  work: (person: Person) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({
    viewport: DESK,
    locale: language === 'ja' ? 'ja-JP' : 'en-GB',
    timezoneId: 'Asia/Tokyo',
    colorScheme: 'light',
    // Nobody waits for what moves, and the page keeps to it.
    reducedMotion: 'reduce',
  });
  // For hangs, never for speed: two cores may run everything at once.
  context.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  context.on('console', (message) => {
    // A refused sign-in is a 401 on purpose; the browser notes every such answer.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
      complaints.push(`${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  const page = await context.newPage();
  try {
    await work({ context, page });
  } catch (error) {
    await page.screenshot({ path: join(root, 'screenshots', language, 'failed.png') });
    throw new Error(`stopped at ${page.url()}; the console said: ${complaints.join('; ') || 'nothing'}`, {
      cause: error,
    });
  } finally {
    await context.close();
  }
  assert.deepEqual(complaints, []);
}

const MOVING = `document.getAnimations().filter((one) => Number(one.effect.getComputedTiming().endTime) > 50).length`;

/** What axe looks at: a page stands in both languages, so that it is seen at both sizes, once each. */
const LOOKED_AT = { ja: 'phone', en: 'desk' } as const;

/** Takes a picture of the page at a desk and on a phone, and lets axe look at it. */
export async function inspect(page: Page, language: Language, name: string): Promise<void> {
  assert.deepEqual(await picture(page, language, name), [], `${name} (${language})`);
}

/** The same; answers what is wrong with the page. */
export async function picture(page: Page, language: Language, name: string): Promise<string[]> {
  const file = join(root, 'screenshots', language, name);
  mkdirSync(dirname(file), { recursive: true });
  const wrong: string[] = [];
  for (const [size, viewport] of [
    ['phone', PHONE],
    ['desk', DESK],
  ] as const) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: `${file}-${size}.png`, fullPage: true });
    const found = await settled(page, size);
    if (size === LOOKED_AT[language]) found.push(...(await barriers(page)));
    wrong.push(...found.map((one) => `${size}: ${one}`));
  }
  return wrong;
}

/** For a page that never does. */
const SETTLED_WITHIN_MS = 10_000;

/** What is wrong with how the page stands once it has noticed its width, which a busy machine may be late to tell it. */
async function settled(page: Page, size: 'phone' | 'desk'): Promise<string[]> {
  const end = Date.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const wrong = size === 'phone' ? await brokenLines(page) : [];
    const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    if (Number(overflow) > 0) wrong.push('wider than the screen');
    // Everybody here asks for stillness (`asPerson`).
    const moving = await page.evaluate(MOVING);
    if (Number(moving) > 0) wrong.push(`${moving} things move`);
    if (wrong.length === 0 || Date.now() > end) return wrong;
    await sleep(100);
  }
}

/** What axe finds serious or critical. */
async function barriers(page: Page): Promise<string[]> {
  // There are no frames of others', so no page of axe's own is needed to join results; what passes is not listed.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'], preload: false });
  const { violations } = await axe.analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}
