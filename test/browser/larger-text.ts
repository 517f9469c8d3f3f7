import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { PHONE } from './dashboard-browser.ts';

/** Whose eyes need letters twice as large has set so for all pages: nothing of one stands outside a phone. */
export async function enlargeText(page: Page, url: string, device: string): Promise<void> {
  await page.setViewportSize(PHONE);
  const wide: string[] = [];
  const of = (path: string) => `/devices/${device}${path}`;
  for (const path of [
    ...['/', '/messages', '/devices', '/devices/new', '/devices/import', '/mailboxes', '/alerts', '/settings'],
    ...[of(''), of('?tab=login'), of('?tab=rules'), of('?tab=settings'), of('/setup')],
  ]) {
    await page.goto(url + path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.locator('.animate-pulse').first().waitFor({ state: 'detached' });
    const over = Number(
      await page.evaluate(
        `(document.documentElement.style.fontSize = '200%', document.documentElement.scrollWidth - document.documentElement.clientWidth)`,
      ),
    );
    if (over > 0) wide.push(`${path}: ${over} px`);
  }
  assert.deepEqual(wide, []);
}
