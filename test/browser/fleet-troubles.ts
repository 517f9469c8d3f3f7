import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { DashboardClient, RunningHikyaku } from '@hikyaku/testing';
import type { Page } from 'playwright-core';
import { inspect, readTexts } from './dashboard-browser.ts';

interface FleetScene {
  hikyaku: RunningHikyaku;
  person: DashboardClient;
  page: Page;
}

const texts = readTexts('ja');
const SITE = '立川店';

async function chooseFile(page: Page, name: string, buffer: Buffer): Promise<void> {
  const choose = page.locator('input[type=file]');
  await choose.and(page.locator(':enabled')).waitFor({ state: 'attached' });
  await choose.setInputFiles({ name, mimeType: 'text/csv', buffer });
}

/** Files as spreadsheets save them: what cannot be read says why, and the same name is read again once it was mended. */
export async function readOddFiles({ hikyaku, page }: FleetScene): Promise<void> {
  await page.goto(`${hikyaku.webUrl}/devices/import`);
  const trouble = (kind: string, values: Record<string, string> = {}) =>
    page
      .getByRole('alert')
      .getByText(texts(`fleet.fileTrouble.${kind}`, values))
      .waitFor();
  await chooseFile(page, 'fleet.csv', Buffer.from([0x50, 0x4b, 3, 4, 0, 0]));
  await trouble('unreadable');
  await chooseFile(page, 'fleet.csv', Buffer.from('名前\r\na\r\n"b\r\nc\r\n'));
  await trouble('unclosed', { line: '3' });
  await inspect(page, 'ja', '38-import-unread');
  await chooseFile(page, 'fleet.csv', Buffer.from(`名前\r\n${'x\r\n'.repeat(5_000)}`));
  await trouble('long');
  // UTF-16 and tabulators: Excel's "Unicode text". Half-width kana are no other device.
  const table = '機器の名前\t備考\tパスワード\r\nカメラ 1\t裏口\tx\r\nｶﾒﾗ １\t表\tx\r\n';
  await chooseFile(page, 'fleet.csv', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(table, 'utf16le')]));
  await page.getByText(texts('fleet.problem.nameTwice', { value: '2' })).waitFor();
  await page.getByText('備考, パスワード').waitFor();
}

/** The session ends on the way: what is left is told, what was made is kept with its login, and the same file goes on from there. */
export async function stopHalfway({ hikyaku, page, person }: FleetScene): Promise<void> {
  const names = Array.from({ length: 9 }, (_, at) => `立川 ${at + 1}`);
  const file = Buffer.from(['name,group', ...names.map((name) => `${name},${SITE}`)].join('\n'));
  await page.goto(`${hikyaku.webUrl}/devices/import`);
  await chooseFile(page, 'tachikawa.csv', file);
  let asked = 0;
  await page.route('**/api/v1/devices', async (route) => {
    if (route.request().method() !== 'POST' || ++asked <= 3) await route.continue();
    else await route.fulfill({ status: 401, json: { code: 'api.unauthenticated' } });
  });
  await page.getByRole('button', { name: /を登録$/ }).click();
  await page.getByRole('heading', { name: texts('fleet.stoppedTitle') }).waitFor();
  await page.getByText(texts('fleet.stoppedText')).waitFor();
  await inspect(page, 'ja', '39-import-stopped');
  await page.unroute('**/api/v1/devices');
  const madeOf = async () => {
    const { items } = await person.must<{ items: { name: string }[] }>('GET', 'devices?limit=200');
    return items.filter(({ name }) => names.includes(name)).length;
  };
  assert.equal(await madeOf(), 3);
  const save = page.getByRole('button', { name: texts('fleet.credentialsSave') });
  const [download] = await Promise.all([page.waitForEvent('download'), save.click()]);
  assert.equal(
    readFileSync((await download.path()) ?? '', 'utf8')
      .trimEnd()
      .split('\r\n').length,
    1 + 3,
  );
  await page.goto(`${hikyaku.webUrl}/devices/import`);
  await chooseFile(page, 'tachikawa.csv', file);
  await page.getByRole('button', { name: /を登録$/ }).click();
  await page.getByRole('heading', { name: texts('fleet.endedTitle') }).waitFor();
  assert.equal(await madeOf(), names.length);
  await page.getByRole('button', { name: texts('fleet.credentialsSave') }).click();
}

/** Cards that were lost: new passwords for a whole site at once, in its order, shown once; and a recipient that is none is told before any device is asked. */
export async function renewPasswords({ hikyaku, page, person }: FleetScene): Promise<void> {
  await page.goto(`${hikyaku.webUrl}/devices`);
  const dialog = page.getByRole('dialog');
  const open = () =>
    page
      .getByRole('region', { name: SITE })
      .getByRole('button', { name: texts('groups.changeAll') })
      .click();
  const confirm = () => dialog.getByRole('button', { name: /を変更$/ }).click();
  await open();
  await page.getByLabel(texts('fleet.bulkRecipients')).fill('owner@example.com\nno-address');
  await confirm();
  await dialog.getByText(texts('fleet.problem.badRecipient', { value: 'no-address' })).waitFor();
  await page.getByLabel(texts('fleet.bulkAction')).selectOption('rotate');
  await inspect(page, 'ja', '40-bulk-passwords');
  await confirm();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText(texts('fleet.credentialsText')).waitFor();
  await inspect(page, 'ja', '41-new-passwords');
  const close = page.getByRole('button', { name: texts('common.close'), exact: true });
  assert.equal(await close.isDisabled(), true, 'not before they were taken along');
  await page.emulateMedia({ media: 'print' });
  const cards = page.getByText(/^立川 \d$/);
  assert.equal(await cards.filter({ visible: true }).count(), 9);
  assert.equal(await page.getByRole('heading', { level: 1 }).isVisible(), false, 'cards alone');
  await page.emulateMedia({ media: 'screen' });
  const save = page.getByRole('button', { name: texts('fleet.credentialsSave') });
  const [download] = await Promise.all([page.waitForEvent('download'), save.click()]);
  const [, ...lines] = readFileSync((await download.path()) ?? '', 'utf8')
    .trimEnd()
    .split('\r\n');
  assert.deepEqual(
    lines.map((line) => line.split(',')[0]),
    Array.from({ length: 9 }, (_, at) => `立川 ${at + 1}`),
  );
  await close.click();
  const { items } = await person.must<{ items: { name: string; oldPasswordUntil: string | null }[] }>(
    'GET',
    'devices?limit=200',
  );
  const renewed = items.filter(({ name }) => name.startsWith('立川 '));
  assert.ok(
    renewed.every(({ oldPasswordUntil }) => oldPasswordUntil !== null),
    'the old ones work for a day',
  );
}
