import type { Browser } from 'playwright-core';
import { readTexts } from './dashboard-browser.ts';

/**
 * Pages whose data is not what they expect, as after a release that a tab has slept through: the frame stays, with the ways to other pages and the trial mode's
 * tape, or where the frame itself breaks the tape alone; and the button tries again.
 */
export async function breakPages(
  browser: Browser,
  { url, cookies }: { url: string; cookies: Map<string, string> },
): Promise<void> {
  const texts = readTexts('en');
  const context = await browser.newContext({ locale: 'en-GB' });
  context.setDefaultTimeout(60_000);
  try {
    await context.addCookies([...cookies].map(([name, value]) => ({ name, value, url })));
    const page = await context.newPage();
    const crash = page.getByRole('heading', { level: 1, name: texts('common.crashTitle') });
    const tape = page.getByText(texts('shell.sandboxTitle'));

    await page.route('**/api/v1/devices*', (route) => route.fulfill({ json: { items: [null], nextCursor: null } }));
    await page.goto(`${url}/devices`);
    await crash.waitFor();
    await tape.waitFor();
    await page
      .getByRole('link', { name: texts('shell.mailboxes') })
      .first()
      .waitFor();
    await page.unroute('**/api/v1/devices*');
    await page.getByRole('button', { name: texts('common.retry') }).click();
    await page.getByRole('heading', { level: 1, name: texts('devices.title') }).waitFor();
    await page.getByLabel(texts('fleet.search')).waitFor();

    await page.route('**/api/v1/me', (route) => route.fulfill({ json: {} }));
    await page.goto(`${url}/settings`);
    await crash.waitFor();
    await tape.waitFor();
    await page.unroute('**/api/v1/me');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: texts('settings.title') }).waitFor();

    await page.goto(`${url}/nothing-here`);
    await page.getByRole('heading', { level: 1, name: texts('common.notFoundTitle') }).waitFor();
    await tape.waitFor();
  } finally {
    await context.close();
  }
}
