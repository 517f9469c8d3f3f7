import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type MailSink, openMailSink, type RunningHikyaku, startHikyaku } from '@hikyaku/testing';
import type { Browser } from 'playwright-core';
import { asPerson, inspect, openBrowser, readTexts } from './dashboard-browser.ts';

const PASSWORD = 'correct horse battery staple';
const NEW_PASSWORD = 'another horse entirely';

let sink: MailSink;
let hikyaku: RunningHikyaku;
let browser: Browser;
before(async () => {
  sink = await openMailSink();
  hikyaku = await startHikyaku({ env: { HIKYAKU_SYSTEM_SMTP_URL: sink.url } });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await hikyaku?.stop();
  sink?.close();
});

for (const language of ['ja', 'en'] as const) {
  test(`an address is confirmed by link and password, and a forgotten password set anew (${language})`, async () => {
    const texts = readTexts(language);
    const email = `hanako-${language}@example.com`;
    await asPerson(browser, language, async ({ page }) => {
      await page.goto(`${hikyaku.webUrl}/sign-up`);
      await page.getByLabel(texts('session.name')).fill('Hanako');
      await page.getByLabel(texts('session.email')).fill(email);
      await page.getByLabel(texts('session.password'), { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: texts('session.signUpButton') }).click();
      await page.getByText(texts('session.checkMailTitle')).waitFor();
      await inspect(page, language, '20-check-mail');

      await page.goto((await sink.linkTo(email)).href);
      await page.getByRole('heading', { name: texts('session.confirmTitle') }).waitFor();
      assert.equal(new URL(page.url()).hash, '', 'the token leaves the address line');
      await page.getByLabel(texts('session.password'), { exact: true }).fill('not this one');
      await page.getByRole('button', { name: texts('session.confirmButton') }).click();
      await page.getByText(texts('session.passwordDiffers')).waitFor();
      await inspect(page, language, '21-confirm');
      await page.getByLabel(texts('session.password'), { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: texts('session.confirmButton') }).click();
      await page.getByRole('heading', { name: texts('overview.setupTitle') }).waitFor();
    });
    await asPerson(browser, language, async ({ page }) => {
      await page.goto(`${hikyaku.webUrl}/sign-in`);
      await page.getByRole('link', { name: texts('session.forgotLink') }).click();
      await page.getByRole('heading', { name: texts('session.forgotTitle') }).waitFor();
      await page.getByLabel(texts('session.email')).fill(email);
      await inspect(page, language, '22-forgot');
      await page.getByRole('button', { name: texts('session.forgotButton') }).click();
      await page.getByText(texts('session.forgotSentTitle')).waitFor();
      await inspect(page, language, '23-forgot-sent');

      await page.goto(`${hikyaku.webUrl}/reset-password`);
      await page.getByText(texts('session.noTokenTitle')).waitFor();
      await page.goto((await sink.linkTo(email)).href);
      await page.getByLabel(texts('session.newPassword'), { exact: true }).fill(NEW_PASSWORD);
      await inspect(page, language, '24-reset');
      await page.getByRole('button', { name: texts('session.resetButton') }).click();
      await page.getByText(texts('session.resetDoneTitle')).waitFor();
      await inspect(page, language, '25-reset-done');
      await page.locator('a[href="/sign-in"]').click();
      await page.getByRole('heading', { name: texts('session.signInTitle') }).waitFor();
      await page.getByLabel(texts('session.email')).fill(email);
      await page.getByLabel(texts('session.password'), { exact: true }).fill(NEW_PASSWORD);
      await page.getByRole('button', { name: texts('session.signInButton') }).click();
      await page.getByRole('heading', { name: texts('overview.setupTitle') }).waitFor();
    });
  });
}
