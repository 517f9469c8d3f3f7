import type { Page } from 'playwright-core';
import type { readTexts } from '../dashboard-browser.ts';
import type { Furnished } from './furnish.ts';

type Texts = ReturnType<typeof readTexts>;

export interface Screen {
  name: string;
  path: (places: Furnished) => string;
  /** What a reader does before he sees it. */
  prepare?: (page: Page, texts: Texts) => Promise<unknown>;
}

const to =
  (path: string): Screen['path'] =>
  () =>
    path;
const device =
  (at: number, rest = '') =>
  ({ devices }: Furnished) =>
    `/devices/${devices[at]}${rest}`;
const press = (key: string, values?: Record<string, string>) => (page: Page, texts: Texts) =>
  page
    .getByRole('main')
    .getByRole('button', { name: texts(key, values) })
    .first()
    .click();

/** As `DashboardClient` signs up. */
const PASSWORD = 'correct horse battery staple';
const TOKEN = '#token=0123456789abcdef0123456789abcdef';

/** What somebody sees who is not signed in. */
export const SIGNED_OUT: readonly Screen[] = [
  { name: 'sign-in', path: to('/sign-in') },
  { name: 'sign-up', path: to('/sign-up') },
  {
    name: 'sign-up-refused',
    path: to('/sign-up'),
    prepare: async (page, texts) => {
      await page.getByRole('button', { name: texts('session.signUpButton') }).click();
      await page.getByText(texts('form.email')).waitFor();
    },
  },
  { name: 'forgot-password', path: to('/forgot-password') },
  { name: 'reset-password', path: to(`/reset-password${TOKEN}`) },
  { name: 'reset-password-no-link', path: to('/reset-password') },
  { name: 'confirm', path: to(`/confirm${TOKEN}`) },
  { name: 'confirm-address', path: to(`/confirm-address${TOKEN}`) },
  { name: 'undo-address', path: to(`/undo-address${TOKEN}`) },
  { name: 'newcomer-too-late', path: to('/newcomer?with=google') },
  { name: 'sign-in-refused', path: to('/sign-in?refused=other&by=google') },
  { name: 'arrived', path: to(`/arrived${TOKEN}`) },
  {
    name: 'arrived-too-late',
    path: to(`/arrived${TOKEN}`),
    prepare: async (page, texts) => {
      await page.getByRole('button', { name: texts('arrivals.linkButton') }).click();
      await page.getByText(texts('arrivals.linkEndedTitle')).waitFor();
    },
  },
];

const STORIES = [
  'sent',
  'queued',
  'in_doubt',
  'deferred',
  'held',
  'failed',
  'digested',
  'suppressed',
  'expired',
  'quarantined',
  'copy',
];

async function openBounces(page: Page, texts: Texts): Promise<void> {
  await page.getByRole('group', { name: texts('bounces.address') }).waitFor();
  for (const service of ['outlook', 'gmail']) await page.getByText(texts(`bounces.${service}.title`)).click();
}

async function pair(page: Page, texts: Texts): Promise<void> {
  await press('secondStep.start')(page, texts);
  await page.getByLabel(texts('secondStep.password'), { exact: true }).fill(PASSWORD);
  await press('secondStep.goOn')(page, texts);
  await page.getByRole('img', { name: texts('secondStep.qr') }).waitFor();
}

async function makeKey(page: Page, texts: Texts): Promise<void> {
  await press('apiKeys.make')(page, texts);
  await page.getByLabel(texts('apiKeys.name'), { exact: true }).fill('Home Assistant');
  await press('apiKeys.makeConfirm')(page, texts);
  await page.getByText(texts('apiKeys.onceText')).waitFor();
}

/** Of an account in which nothing has happened yet. */
export const EMPTY: readonly Screen[] = ['/', '/messages', '/devices', '/devices/new', '/mailboxes', '/alerts'].map(
  (path): Screen => ({ name: `empty${path === '/' ? '-home' : path.replaceAll('/', '-')}`, path: to(path) }),
);

/** Every page of the dashboard, its tabs and dialogues, of a tenant as `furnish` leaves it. */
export const SIGNED_IN: readonly Screen[] = [
  { name: 'home', path: to('/') },
  { name: 'log', path: to('/messages') },
  { name: 'log-filtered', path: to('/messages?q=motion&state=failed,expired') },
  ...STORIES.map((state): Screen => ({ name: `story-${state}`, path: ({ stories }) => `/messages/${stories[state]}` })),
  { name: 'refusal', path: ({ refusal }) => `/refusals/${refusal}` },
  { name: 'devices', path: to('/devices') },
  { name: 'devices-site', path: to('/devices'), prepare: press('groups.changeAll') },
  {
    name: 'device',
    path: device(0),
    // Its week by the hour, with the hours in which it wrote.
    prepare: (page) =>
      page
        .getByTitle(/：[1-9]|:00: [1-9]/)
        .first()
        .waitFor(),
  },
  { name: 'device-refused', path: device(1) },
  { name: 'device-login', path: device(0, '?tab=login') },
  { name: 'device-rules', path: device(0, '?tab=rules'), prepare: press('rules.try') },
  { name: 'site', path: ({ site }) => `/devices/sites/${site}` },
  {
    name: 'device-settings',
    path: device(0, '?tab=settings'),
    prepare: async (page, texts) => {
      await page.getByRole('heading', { name: texts('content.title') }).waitFor();
      await page.locator('summary').getByText(texts('devices.tuning')).click();
    },
  },
  {
    name: 'device-quiet',
    path: device(3, '?tab=settings'),
    prepare: (page, texts) => page.getByLabel(texts('storms.quietStart'), { exact: true }).waitFor(),
  },
  { name: 'device-off', path: device(5) },
  { name: 'device-unused', path: device(6) },
  { name: 'device-test', path: device(0), prepare: press('devices.sendTest') },
  { name: 'device-setup', path: device(6, '/setup') },
  { name: 'device-setup-family', path: device(0, '/setup') },
  { name: 'device-new', path: to('/devices/new') },
  { name: 'devices-import', path: to('/devices/import') },
  { name: 'mailboxes', path: to('/mailboxes') },
  {
    name: 'mailbox-large',
    path: to('/mailboxes'),
    prepare: (page, texts) =>
      page
        .locator('summary', { hasText: texts('mailboxes.largeTitle') })
        .first()
        .click(),
  },
  { name: 'mailbox-disconnect', path: to('/mailboxes'), prepare: press('mailboxes.disconnect') },
  { name: 'mailbox-smtp', path: to('/mailboxes/smtp') },
  { name: 'mailbox-app-only', path: to('/mailboxes/app-only') },
  { name: 'mailboxes-bounces', path: to('/mailboxes'), prepare: openBounces },
  { name: 'alerts', path: to('/alerts') },
  { name: 'settings', path: to('/settings') },
  { name: 'settings-password', path: to('/settings'), prepare: press('settings.passwordChange') },
  { name: 'settings-address', path: to('/settings'), prepare: press('address.change') },
  { name: 'settings-passkey', path: to('/settings'), prepare: press('passkeys.add') },
  { name: 'settings-api-key', path: to('/settings'), prepare: press('apiKeys.make') },
  { name: 'settings-api-key-made', path: to('/settings'), prepare: makeKey },
  {
    name: 'settings-api-key-remove',
    path: to('/settings'),
    prepare: press('apiKeys.removeOf', { name: 'Zabbix' }),
  },
  { name: 'settings-second-step', path: to('/settings'), prepare: pair },
  { name: 'settings-delete', path: to('/settings/delete') },
  { name: 'not-found', path: to('/nothing-here') },
];
