import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { inspect, type Language, readTexts } from './dashboard-browser.ts';

/** Made with the password, by the phone's own authenticator; in by the button, then by what the browser offers in the field; and removed. */
export async function usePasskey(
  page: Page,
  language: Language,
  { url, password }: { url: string; password: string },
): Promise<void> {
  const texts = readTexts(language);
  const key = (name: string, values?: Record<string, string>) => texts(`passkeys.${name}`, values);
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  // An offer in the field is taken by itself while this is on: not before it is asked for.
  const answers = (enabled: boolean) =>
    devtools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
  await press(key('add'));
  await page.getByLabel(key('name'), { exact: true }).fill('Pixel');
  await page.getByLabel(key('password'), { exact: true }).fill('not the password');
  await press(key('addConfirm'));
  await page.getByText(texts('session.passwordWrong')).waitFor();
  assert.equal((await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length, 0);
  await page.getByLabel(key('password'), { exact: true }).fill(password);
  await inspect(page, language, '36-passkey-add');
  await press(key('addConfirm'));
  await page.getByText(key('neverUsed')).waitFor();
  await inspect(page, language, '37-passkeys');

  const signOut = page.getByRole('button', { name: texts('shell.signOut') });
  await answers(false);
  await signOut.first().click();
  await page.waitForURL('**/sign-in*');
  await page.getByRole('button', { name: key('enter') }).waitFor();
  await inspect(page, language, '38-passkey-entry');
  await answers(true);
  await press(key('enter'));
  await signOut.first().waitFor();
  // The browser has one of here by now: it is offered, and taken, without a press.
  await Promise.all([page.waitForURL('**/sign-in*'), signOut.first().click()]);
  await signOut.first().waitFor();

  await page.goto(`${url}/settings`);
  await press(key('removeOf', { name: 'Pixel' }));
  await page.getByLabel(texts('secondStep.password'), { exact: true }).fill(password);
  await press(key('removeConfirm'));
  await page.getByText(key('removed')).waitFor();
  await press(key('add'));
  await page.getByLabel(key('password'), { exact: true }).waitFor();
  await devtools.detach();
}

/** With the present one; this browser stays signed in. */
export async function changePassword(
  page: Page,
  language: Language,
  { url, from, to }: { url: string; from: string; to: string },
): Promise<void> {
  const texts = readTexts(language);
  await page.goto(`${url}/settings`);
  await page.getByRole('button', { name: texts('settings.passwordChange') }).click();
  await page.getByLabel(texts('settings.passwordCurrent'), { exact: true }).fill(from);
  await page.getByLabel(texts('session.newPassword'), { exact: true }).fill('password');
  await page.getByText(texts('session.weakCommon')).waitFor();
  await inspect(page, language, '39-change-password');
  await page.getByLabel(texts('session.newPassword'), { exact: true }).fill(to);
  await page.getByRole('button', { name: texts('settings.passwordChange') }).click();
  await page.getByText(texts('settings.passwordChanged')).waitFor();
}
