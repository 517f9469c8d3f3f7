import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type DashboardClient, type MessageView, type RunningHikyaku, SmtpLine, until } from '@hikyaku/testing';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { PHONE, readTexts } from './dashboard-browser.ts';

interface LineScene {
  hikyaku: RunningHikyaku;
  person: DashboardClient;
  email: string;
  context: BrowserContext;
  page: Page;
}

const texts = readTexts('ja');
const PASSWORD = 'correct horse battery staple';
const DEVICES = '**/api/v1/devices';
const SCRIPTS = '**/_next/static/chunks/*.js';
const EVENTS = '**/api/v1/events';

/** The relay does what is asked, and its answer is lost on the way back. */
const loseAnswer = async (route: Route): Promise<void> => {
  await route.fetch();
  await route.abort('connectionreset');
};

/** A customer's shop: the line goes away and comes back, hands press twice, sessions end. In a browser whose console may complain of the line. */
export async function workOnABadLine(
  browser: Browser,
  given: Pick<LineScene, 'hikyaku' | 'person' | 'email'>,
): Promise<void> {
  const context = await browser.newContext({ locale: 'ja-JP', viewport: PHONE, reducedMotion: 'reduce' });
  context.setDefaultTimeout(60_000);
  try {
    const cookies = [...given.person.cookies].map(([name, value]) => ({ name, value, url: given.hikyaku.webUrl }));
    await context.addCookies(cookies);
    const scene = { ...given, context, page: await context.newPage() };
    await createOnce(scene);
    await pressTwice(scene);
    await importOnce(scene);
    await missAPart(scene);
    await hearLate(scene);
    await askEarly(scene);
    await comeBackAfterANight(scene);
  } finally {
    await context.close();
  }
}

async function namesOf({ person }: LineScene): Promise<string[]> {
  return (await person.must<{ items: { name: string }[] }>('GET', 'devices?limit=200')).items.map(({ name }) => name);
}

const countOf = async (scene: LineScene, name: string): Promise<number> =>
  (await namesOf(scene)).filter((one) => one === name).length;

/** True where a device may send with this. */
async function canSignIn({ hikyaku }: LineScene, username: string, password: string): Promise<boolean> {
  const line = await SmtpLine.open({ port: hikyaku.smtp.smtps, tls: {} });
  try {
    await line.say('EHLO camera');
    const answer = await line.say(`AUTH PLAIN ${Buffer.from(`\0${username}\0${password}`).toString('base64')}`);
    return answer.startsWith('235');
  } finally {
    line.close();
  }
}

async function nameDevice({ hikyaku, page }: LineScene, name: string) {
  await page.goto(`${hikyaku.webUrl}/devices/new`);
  await page.getByLabel(texts('devices.name'), { exact: true }).fill(name);
  return page.getByRole('button', { name: texts('devices.create') });
}

/** Without a line it is said at once; the answer that was lost is had by pressing again; there is one device, and its login works. */
async function createOnce(scene: LineScene): Promise<void> {
  const { context, page, person } = scene;
  const name = '裏口カメラ';
  const create = await nameDevice(scene, name);
  const away = page.getByRole('alert').getByText(texts('problems.api.unreachable.what'));
  await context.setOffline(true);
  await create.click();
  await away.waitFor();
  await context.setOffline(false);
  await page.route(DEVICES, (route) => (route.request().method() === 'POST' ? loseAnswer(route) : route.continue()));
  const lost = page.waitForEvent('requestfailed', (request) => request.method() === 'POST');
  await create.click();
  await lost;
  await away.waitFor();
  assert.equal(await countOf(scene, name), 1);
  await page.unroute(DEVICES);
  await create.click();
  await page.waitForURL('**/setup');
  assert.equal(await countOf(scene, name), 1, 'not a second one');
  await page.getByText(texts('credentials.onceTitle')).waitFor();
  const values = await page.locator('main code').allTextContents();
  const password = values.find((value) => /^[a-z2-9]{16}$/.test(value)) ?? assert.fail(values.join(' '));
  const id = /devices\/([^/]+)\/setup/.exec(page.url())?.[1];
  const { username } = await person.must<{ username: string }>('GET', `devices/${id}`);
  assert.ok(await canSignIn(scene, username, password));
}

/** Twice within a moment, before a slow phone has drawn that it is busy. */
async function pressTwice(scene: LineScene): Promise<void> {
  const { page, person } = scene;
  const name = '駐車場カメラ';
  const create = await nameDevice(scene, name);
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') asked.push(new URL(request.url()).pathname);
  });
  // Both before the page can draw anything in between.
  await create.evaluate((button: { click(): void }) => {
    button.click();
    button.click();
  });
  await page.waitForURL('**/setup');
  assert.deepEqual(
    asked.filter((path) => path === '/api/v1/devices'),
    ['/api/v1/devices'],
  );
  assert.equal(await countOf(scene, name), 1);
  const id = /devices\/([^/]+)\/setup/.exec(page.url())?.[1];
  await page.goto(`${scene.hikyaku.webUrl}/devices/${id}`);
  await page.getByRole('button', { name: texts('devices.sendTest') }).click();
  await page.getByRole('button', { name: texts('devices.sendTestConfirm') }).dblclick();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const { items } = await person.must<{ items: unknown[] }>('GET', `messages?deviceId=${id}`);
  assert.equal(items.length, 1, 'one test');
}

/** An import whose line goes away in the middle says so, goes on by itself, makes each device once and has a working login for each. */
async function importOnce(scene: LineScene): Promise<void> {
  const { hikyaku, page } = scene;
  const names = Array.from({ length: 8 }, (_, at) => `調布 ${at + 1}`);
  await page.goto(`${hikyaku.webUrl}/devices/import`);
  const choose = page.locator('input[type=file]');
  await choose.and(page.locator(':enabled')).waitFor({ state: 'attached' });
  const buffer = Buffer.from(['name', ...names].join('\n'));
  await choose.setInputFiles({ name: 'chofu.csv', mimeType: 'text/csv', buffer });
  let asked = 0;
  let isAway = true;
  await page.route(DEVICES, async (route) => {
    if (route.request().method() !== 'POST' || !isAway || ++asked <= 2) await route.continue();
    else if (asked <= 4) await loseAnswer(route);
    else await route.abort('internetdisconnected');
  });
  await page.getByRole('button', { name: /を登録$/ }).click();
  await page.getByText(texts('fleet.waitsForLine')).waitFor();
  isAway = false;
  await page.getByRole('heading', { name: texts('fleet.endedTitle') }).waitFor();
  await page.unroute(DEVICES);
  const made = (await namesOf(scene)).filter((name) => name.startsWith('調布'));
  assert.deepEqual(made.toSorted(), names);
  const save = page.getByRole('button', { name: texts('fleet.credentialsSave') });
  const [download] = await Promise.all([page.waitForEvent('download'), save.click()]);
  const [head = '', ...lines] = readFileSync((await download.path()) ?? '', 'utf8')
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split('\r\n');
  assert.equal(lines.length, names.length);
  const place = (label: string) => head.split(',').indexOf(label);
  for (const line of lines) {
    const cells = line.split(',');
    const [username = '', password = ''] = [
      cells[place(texts('credentials.username'))],
      cells[place(texts('credentials.password'))],
    ];
    assert.ok(await canSignIn(scene, username, password), line.replace(password, '…'));
  }
}

/** A script that does not come, as after a release that the page has slept through: it says so, and its button fetches the page anew. */
async function missAPart({ hikyaku, page }: LineScene): Promise<void> {
  await page.goto(`${hikyaku.webUrl}/devices`);
  const change = page.getByRole('button', { name: texts('groups.changeAll') }).first();
  await change.waitFor();
  await page.route('**/_next/static/chunks/**', (route) => route.abort());
  await change.click();
  await page.getByRole('heading', { name: texts('common.partTitle') }).waitFor();
  await page.unroute('**/_next/static/chunks/**');
  await page.getByRole('button', { name: texts('common.retry') }).click();
  await change.click();
  await page.getByRole('dialog').waitFor();
}

/** A mail that came after the list was made and before the page was listening is there as soon as it listens. */
async function hearLate({ hikyaku, page, person }: LineScene): Promise<void> {
  const { items } = await person.must<{ items: { id: string }[] }>('GET', 'mailboxes');
  const { device, credential } = await person.createDevice(items[0]!.id, { name: '裏門カメラ' });
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  await page.route(EVENTS, async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto(`${hikyaku.webUrl}/messages?deviceId=${device.id}`);
  await page.getByText(texts('messages.emptyFilteredTitle')).waitFor();
  const line = await SmtpLine.open({ port: hikyaku.smtp.smtps, tls: {} });
  await line.say('EHLO camera');
  await line.say(`AUTH PLAIN ${Buffer.from(`\0${credential.username}\0${credential.password}`).toString('base64')}`);
  await line.say('MAIL FROM:<camera@example.com>');
  await line.say('RCPT TO:<owner@example.com>');
  await line.say('DATA');
  assert.match(await line.say('Subject: back gate\r\n\r\nx\r\n.'), /^250/);
  line.close();
  const isMine = ({ deviceId, state }: MessageView) => deviceId === device.id && state === 'sent';
  const mail = (await person.waitForMessages((all) => all.some(isMine))).find(isMine);
  // The last that is told of it.
  const story = () => person.must<{ hasContent: boolean }>('GET', `messages/${mail?.id}`);
  await until('its content is destroyed', async () => !(await story()).hasContent);
  arrive();
  await page.getByRole('link', { name: 'back gate' }).first().waitFor();
  await page.unroute(EVENTS);
}

/** Who is signed in is asked while the scripts are still on their way, and once. */
async function askEarly({ hikyaku, page }: LineScene): Promise<void> {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  await page.route(SCRIPTS, async (route) => {
    await arrived;
    await route.continue();
  });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const early = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/me'));
  await page.goto(`${hikyaku.webUrl}/devices`, { waitUntil: 'commit' });
  await early;
  arrive();
  await page.getByRole('heading', { level: 1, name: texts('devices.title') }).waitFor();
  assert.equal(asked.filter((path) => path === '/api/v1/me').length, 1);
  await page.unroute(SCRIPTS);
}

/** Whoever signs in again finds the page that he left, with its filter. */
async function comeBackAfterANight({ hikyaku, context, page, email }: LineScene): Promise<void> {
  const search = new URLSearchParams({ q: '玄関 新宿', state: 'failed,expired' });
  await page.goto(`${hikyaku.webUrl}/messages?${search}`);
  await page.getByText(texts('messages.emptyFilteredTitle')).waitFor();
  await context.clearCookies();
  await page.reload();
  await page.getByLabel(texts('session.email')).fill(email);
  await page.getByLabel(texts('session.password'), { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: texts('session.signInButton') }).click();
  await page.getByText(texts('messages.emptyFilteredTitle')).waitFor();
  assert.deepEqual([...new URL(page.url()).searchParams], [...search]);
}
