import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

const SECRET = 'typed before the scripts came';
const SCRIPTS = '**/_next/static/chunks/*.js';

/** What stands in the document itself, with the fields of its form. */
const PLACES = [
  { path: '/sign-in', fields: { email: 'nobody@example.com', password: SECRET } },
  // Its mail is a newcomer's first: it is made once.
  { path: '/sign-up', fields: { email: 'early@example.com', password: SECRET } },
  { path: '/confirm#token=x', fields: { password: SECRET } },
  { path: '/reset-password#token=x', fields: { newPassword: SECRET } },
  { path: '/confirm-address#token=x', fields: { password: SECRET } },
] as const;

/**
 * On a slow line a page is read, filled in and sent before its scripts are there. They send it once they are; where they never come it stays: the browser itself would put
 * the password into the address.
 */
export async function pressEarly(page: Page, url: string): Promise<void> {
  for (const { path, fields } of PLACES) {
    const press = async () => {
      await page.goto('about:blank');
      await page.goto(url + path, { waitUntil: 'commit' });
      for (const [name, text] of Object.entries(fields)) await page.locator(`form [name=${name}]`).fill(text);
      await page.locator('form [type=submit]').click();
      await page.locator('form[aria-busy=true]').waitFor();
      assert.equal(page.url(), url + path, 'nothing is sent by the browser');
    };
    await page.route(SCRIPTS, (route) => route.abort());
    await press();
    await page.unroute(SCRIPTS);

    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    await page.route(SCRIPTS, async (route) => {
      await arrived;
      await route.continue();
    });
    await press();
    const sent = page.waitForRequest((request) => request.method() === 'POST');
    arrive();
    const told = (await sent).postDataJSON() as Record<string, string>;
    for (const [name, text] of Object.entries(fields)) assert.equal(told[name], text, `${path}: ${name}`);
    assert.equal(new URL(page.url()).search, '');
    await page.unroute(SCRIPTS);
  }
}
