import { type MailSink, until } from '@hikyaku/testing';
import type { Page } from 'playwright-core';
import { inspect, type Language, readTexts } from './dashboard-browser.ts';

/** Asked for, taken back by the old mailbox, asked for again and confirmed by the new one. Begins and ends signed in. */
export async function changeAddress(
  page: Page,
  language: Language,
  { url, sink, password, from, to }: { url: string; sink: MailSink; password: string; from: string; to: string },
): Promise<void> {
  const texts = readTexts(language);
  const key = (name: string, values?: Record<string, string>) => texts(`address.${name}`, values);
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const ask = async (typed: string) => {
    await page.goto(`${url}/settings`);
    await press(key('change'));
    await page.getByLabel(texts('settings.passwordCurrent'), { exact: true }).fill(typed);
    await page.getByLabel(key('email'), { exact: true }).fill(to);
    await press(key('change'));
  };
  await ask('not the password');
  await page.getByText(texts('session.passwordWrong')).waitFor();
  /** Of the newest mail, once it is another than the one before. */
  const linkIn = (address: string, path: string, before = '') =>
    until(
      `a link to ${path} for ${address}`,
      async () => {
        const { href, pathname } = await sink.linkTo(address);
        return pathname === path && href !== before ? href : undefined;
      },
      30_000,
    );
  await ask(password);
  await page.getByText(key('asked', { email: to })).waitFor();
  const first = await linkIn(to, '/confirm-address');
  await inspect(page, language, '40-address-asked');

  await page.goto(await linkIn(from, '/undo-address'));
  await page.getByRole('heading', { name: key('undoTitle') }).waitFor();
  await press(key('undoButton'));
  await page.getByText(key('cancelledTitle')).waitFor();

  await ask(password);
  await page.getByText(key('asked', { email: to })).waitFor();
  await page.goto(await linkIn(to, '/confirm-address', first));
  await page.getByLabel(texts('session.password'), { exact: true }).fill('not the password');
  await press(key('confirmButton'));
  await page.getByText(texts('session.passwordWrong')).waitFor();
  await page.getByLabel(texts('session.password'), { exact: true }).fill(password);
  await press(key('confirmButton'));
  await page.getByText(key('doneTitle', { email: to })).waitFor();
  await page.goto(`${url}/settings`);
  await page.getByText(to).first().waitFor();
}
