import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { inspect, type Language, readTexts } from './dashboard-browser.ts';

/** Made by a press, shown once, good for looking alone, and worth nothing when it is removed. Ends at the settings. */
export async function useApiKey(page: Page, language: Language, url: string): Promise<void> {
  const texts = readTexts(language);
  const key = (name: string, values?: Record<string, string>) => texts(`apiKeys.${name}`, values);
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  await page.goto(`${url}/settings`);
  await page.getByText(key('empty')).waitFor();
  await press(key('make'));
  await press(key('makeConfirm'));
  await page.getByText(texts('form.required'), { exact: true }).waitFor();
  await page.getByLabel(key('name'), { exact: true }).fill('Home Assistant');
  await inspect(page, language, '44-api-key-form');
  await press(key('makeConfirm'));
  const shown = (label: string) => page.getByRole('group', { name: label, exact: true }).locator('code').textContent();
  const secret = (await shown(key('secret'))) ?? '';
  assert.match(secret, /^hky_/);
  const line = `curl -H "Authorization: Bearer ${secret}" ${new URL(url).origin}/api/v1/messages`;
  assert.equal(await shown(key('example')), line);
  await inspect(page, language, '45-api-key-made');

  const ask = (method: string, path: string, body?: object) =>
    fetch(`${url}/api/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${secret}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : null,
    });
  const list = await ask('GET', 'messages');
  assert.equal(list.status, 200);
  assert.ok(Array.isArray(((await list.json()) as { items: unknown }).items));
  assert.equal((await ask('POST', 'groups', { name: 'by a key that may only look' })).status, 403);

  // Away and back without a new page: whatever this one had kept would be shown again.
  await page
    .getByRole('link', { name: texts('shell.alerts') })
    .first()
    .click();
  await page.getByRole('heading', { level: 1, name: texts('alerts.title') }).waitFor();
  await page.goBack();
  const remove = page.getByRole('button', { name: key('removeOf', { name: 'Home Assistant' }), exact: true });
  await remove.waitFor();
  assert.ok(!(await page.content()).includes(secret), 'the secret is not shown again');
  await inspect(page, language, '46-api-keys');

  await remove.click();
  await page.getByText(key('removeText')).waitFor();
  await inspect(page, language, '47-api-key-remove');
  await press(key('removeConfirm'));
  await page.getByText(key('empty')).waitFor();
  assert.equal((await ask('GET', 'messages')).status, 401);
}
