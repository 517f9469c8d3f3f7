import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { inspect, type Language, readTexts } from './dashboard-browser.ts';

/** The stand-in's own pages, which are in the browser's language: the account, then what is asked for. */
async function allowAs(page: Page, address: string, decision: 'accept' | 'cancel' = 'accept'): Promise<void> {
  await page.waitForURL(/\/(google|microsoft)\//);
  await page.locator('input[name="login_hint"]:not([type="hidden"])').fill(address);
  await page.locator('form').first().locator('button[type="submit"]').click();
  // Nothing of mail is asked for at a sign-in.
  await page.waitForURL((url) => !/\/(google|microsoft)\//.test(url.pathname) || url.searchParams.has('login_hint'));
  const button = page.locator(`button[name="decision"][value="${decision}"]`);
  if (!/\/(google|microsoft)\//.test(new URL(page.url()).pathname)) return;
  assert.equal(await page.locator('input[type="checkbox"]').count(), 0, 'the consent page offers nothing to tick');
  await button.click();
}

/** Linked with the password, in by one press, cancelled, and as somebody new; unlinked. Begins and ends signed in at the settings. */
export async function useOutsideSignIn(
  page: Page,
  language: Language,
  { url, password, address }: { url: string; password: string; address: string },
): Promise<void> {
  const texts = readTexts(language);
  const key = (name: string, values?: Record<string, string>) => texts(`outside.${name}`, values);
  const google = { provider: 'Google' };
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const follow = (name: string) => page.getByRole('link', { name, exact: true }).click();
  const signOut = page.getByRole('button', { name: texts('shell.signOut') }).first();

  await page.goto(`${url}/settings`);
  await press(key('link', google));
  await page.getByLabel(texts('secondStep.password'), { exact: true }).fill('not the password');
  await press(key('linkConfirm', google));
  await page.getByText(texts('session.passwordWrong')).waitFor();
  await page.getByLabel(texts('secondStep.password'), { exact: true }).fill(password);
  await press(key('linkConfirm', google));
  await allowAs(page, address);
  await page.getByText(key('linked', google)).waitFor();
  await page.getByText(address).last().waitFor();
  await inspect(page, language, '42-linked');

  await signOut.click();
  await page.waitForURL('**/sign-in*');
  await follow(key('buttons.microsoft'));
  await allowAs(page, address, 'cancel');
  await page.getByText(key('refusals.cancelled', { provider: 'Microsoft' })).waitFor();
  // The same address at another provider is nobody's account here.
  await follow(key('buttons.microsoft'));
  await allowAs(page, address);
  await page.getByRole('heading', { name: key('newTitle') }).waitFor();
  await page.getByLabel(texts('session.password'), { exact: true }).fill('short');
  await press(texts('session.signUpButton'));
  await page.getByText(texts('form.tooShort')).waitFor();
  await page.getByLabel(texts('session.password'), { exact: true }).fill('a password of somebody new');
  await inspect(page, language, '43-newcomer');
  await page.goto(`${url}/sign-in`);
  await follow(key('buttons.google'));
  await allowAs(page, address);
  await signOut.waitFor();

  await page.goto(`${url}/settings`);
  await press(key('removeOf', { name: address }));
  await page.getByLabel(texts('secondStep.password'), { exact: true }).fill(password);
  await press(key('removeConfirm'));
  await page.getByText(key('removed')).waitFor();
  await page
    .getByRole('button', { name: key('removeOf', { name: address }), exact: true })
    .waitFor({ state: 'detached' });
}
