import { openPushBrowser, until } from '@hikyaku/testing';
import type { Page } from 'playwright-core';
import { inspect, type Language, readTexts } from './dashboard-browser.ts';

/** Notifications of this browser: refused by its person, then allowed; one is shown, as the push service would bring it. */
export async function chooseThisBrowser(page: Page, language: Language): Promise<void> {
  const texts = readTexts(language);
  const press = () => page.getByRole('button', { name: texts('alerts.addBrowser') }).click();
  await page.getByLabel(texts('alerts.kindLabel')).selectOption('push');
  await press();
  await page.getByText(texts('alerts.pushTrouble.denied')).waitFor();
  await inspect(page, language, '32-alerts-browser');
  const { origin } = new URL(page.url());
  await page.context().grantPermissions(['notifications'], { origin });
  // A browser of the test has no push service.
  const subscription = { endpoint: `https://push.example.jp/${language}`, keys: openPushBrowser().keys };
  await page.evaluate(
    `PushManager.prototype.subscribe = async () => ({ toJSON: () => (${JSON.stringify(subscription)}) })`,
  );
  await press();
  await page.getByText(texts('alerts.added', { name: texts('alerts.kind.push') })).waitFor();
  await bringNotification(page, { id: 'n-1', title: 'Gate', body: 'Look.', url: `${origin}/alerts` });
}

interface Told {
  id: string;
  title: string;
  body: string;
  url: string;
}

/**
 * Until the browser itself says that it shows it. The page is not asked by `getNotifications`: Chromium takes what it keeps but does not show yet for gone, and forgets
 * it, so that a page that asks too early never hears of it.
 */
async function bringNotification(page: Page, told: Told): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  let isShown = false;
  devtools.on('BackgroundService.backgroundServiceEventReceived', ({ backgroundServiceEvent }) => {
    const { eventName, instanceId, eventMetadata } = backgroundServiceEvent;
    const has = (name: string, text: string) => eventMetadata.some(({ key, value }) => key === name && value === text);
    const isIt = instanceId === told.id && has('Title', told.title) && has('Body', told.body);
    if (eventName === 'Notification displayed' && isIt) isShown = true;
  });
  let registrationId = '';
  devtools.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    registrationId = versions.find(({ status }) => status === 'activated')?.registrationId ?? registrationId;
  });
  await devtools.send('BackgroundService.startObserving', { service: 'notifications' });
  await devtools.send('BackgroundService.setRecording', { service: 'notifications', shouldRecord: true });
  await devtools.send('ServiceWorker.enable');
  await until('its worker is active', () => registrationId);
  const { origin } = new URL(page.url());
  const data = JSON.stringify(told);
  await devtools.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data });
  await until('it is shown', () => isShown);
  await devtools.detach();
}
