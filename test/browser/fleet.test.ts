import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DashboardClient,
  openOwner,
  type RunningHikyaku,
  reservePort,
  SmtpLine,
  sandboxClient,
  startHikyaku,
  until,
} from '@hikyaku/testing';
import { openBrowser } from '@hikyaku/testing/browser';
import type { Browser, Locator, Page } from 'playwright-core';
import { workOnABadLine } from './bad-line.ts';
import { breakPages } from './broken-pages.ts';
import { asPerson, inspect, type Language, readTexts } from './dashboard-browser.ts';
import { readOddFiles, renewPasswords, stopHalfway } from './fleet-troubles.ts';
import { enlargeText } from './larger-text.ts';
import { testLog } from './log-tests.ts';
import { MISTAKES, type WireScene } from './mistakes-on-the-wire.ts';
import { leaveByFallback, readRecords, sendToChannel, testToNobody } from './owners-choices.ts';
import { keepQuietInZone, leaveOutByRule, type OwnersScene, REPORT_DOMAIN, readWhatCameBack } from './owners-words.ts';

const ADDRESS = 'installer@outlook.test';
const CAMERAS = 40;
const SHOP = '新宿店';
/** A page that watches looks by itself every five seconds; the rest is for two cores that run everything at once. */
const CARD_WITHIN_MS = 60_000;
const POLL_MS = 100;

let hikyaku: RunningHikyaku;
let browser: Browser;
let person: DashboardClient;
let mailboxId: string;
let reportPort: number;
before(async () => {
  reportPort = await reservePort();
  const reports = { HIKYAKU_SMTP_25_PORT: String(reportPort), HIKYAKU_BOUNCE_DOMAIN: REPORT_DOMAIN };
  const env = { HIKYAKU_SWEEP_EVERY_MS: '2000', HIKYAKU_ALLOW_PRIVATE_UPSTREAMS: 'true', ...reports };
  hikyaku = await startHikyaku({ env });
  browser = await openBrowser();
  person = new DashboardClient(hikyaku.webUrl);
  await sandboxClient(hikyaku.sandboxUrl).knobs({ accounts: { [ADDRESS]: { consent: 'auto' } } });
  await person.signUp('installer@example.test');
  mailboxId = await person.connectMailbox('microsoft', ADDRESS);
});
after(async () => {
  await browser?.close();
  await hikyaku?.stop();
});

const signedIn = (language: Language, work: (page: Page) => Promise<void>) =>
  asPerson(browser, language, async ({ context, page }) => {
    await context.addCookies([...person.cookies].map(([name, value]) => ({ name, value, url: hikyaku.webUrl })));
    await work(page);
  });

interface Row {
  diagnosis: { code: string; title: string; advice: string } | null;
  endedAt: string | null;
}

test('twenty misconfigurations on the wire: the card says in both languages what the relay has found', async (t) => {
  const { device, credential } = await person.createDevice(mailboxId, {
    name: '玄関カメラ',
    recipientsMode: 'allow',
    recipients: ['owner@example.com'],
  });
  const scene: WireScene = { smtp: hikyaku.smtp, ...credential, address: ADDRESS };
  const newest = async (language: Language): Promise<Row | undefined> => {
    // As the pages ask: both browsers are in Japan.
    const headers = { 'accept-language': language, 'x-time-zone': 'Asia/Tokyo' };
    const answer = await person.request(`/api/v1/sessions?deviceId=${device.id}&limit=1`, { headers });
    return ((await answer.json()) as { items: Row[] }).items[0];
  };
  await signedIn('ja', (ja) =>
    signedIn('en', async (en) => {
      for (const page of [ja, en]) {
        await page.goto(`${hikyaku.webUrl}/devices/${device.id}/setup`);
        await page.getByRole('heading', { name: readTexts(page === ja ? 'ja' : 'en')('live.waiting') }).waitFor();
      }
      const texts = readTexts('ja');
      await ja.getByRole('button', { name: texts('credentials.qrCode') }).click();
      await ja.getByRole('img', { name: texts('cards.qrTitle') }).waitFor();
      await inspect(ja, 'ja', '31-qr-code');
      await ja.keyboard.press('Escape');
      for (const { code, play } of MISTAKES) {
        await play(scene);
        for (const [page, language] of [
          [ja, 'ja'],
          [en, 'en'],
        ] as const) {
          const end = Date.now() + CARD_WITHIN_MS;
          let row = await newest(language);
          while (row?.diagnosis?.code !== code && Date.now() < end) {
            await sleep(POLL_MS);
            row = await newest(language);
          }
          assert.equal(row?.diagnosis?.code, code);
          const { title, advice } = row.diagnosis;
          await page
            .locator('section', { has: page.getByRole('heading', { name: title, exact: true }) })
            .getByText(advice, { exact: true })
            .waitFor({ timeout: CARD_WITHIN_MS })
            .catch((error) => assert.fail(`${code} (${language}): ${error.message}`));
        }
      }
      t.diagnostic(`${MISTAKES.length} misconfigurations`);
      await inspect(ja, 'ja', '32-diagnosis');
    }),
  );
});

test('a rule, quiet hours in a zone of one’s choice, an address for what comes back, a second mailbox, a channel for pictures and the records of a domain do what their pages say', async () => {
  const { device, credential } = await person.createDevice(mailboxId, { name: '事務所の録画機' });
  await signedIn('ja', async (page) => {
    const scene: OwnersScene = { hikyaku, person, page, device, login: credential, reportPort };
    await leaveOutByRule(scene);
    await readWhatCameBack(scene);
    await leaveByFallback(scene, mailboxId, ADDRESS);
    await sendToChannel(scene);
    await readRecords(scene);
    await testToNobody(scene);
    await keepQuietInZone(scene);
  });
  await person.must('PATCH', 'tenant', { timeZone: null });
  await person.must('DELETE', `devices/${device.id}`);
});

test('files of any spreadsheet are read or say why not, an import that is cut goes on later, and lost cards are made anew for a site at once', async () => {
  await signedIn('ja', async (page) => {
    const scene = { hikyaku, person, page };
    await readOddFiles(scene);
    await stopHalfway(scene);
    await renewPasswords(scene);
  });
});

test('with letters twice as large, as their reader has set for all pages, nothing stands outside a phone', async () => {
  const { device } = await person.createDevice(mailboxId, { name: '玄関' });
  await signedIn('ja', (page) => enlargeText(page, hikyaku.webUrl, device.id));
  await person.must('DELETE', `devices/${device.id}`);
});

test('a page that breaks keeps its frame and the trial mode’s tape, and its button asks for the data anew', () =>
  breakPages(browser, { url: hikyaku.webUrl, cookies: person.cookies }));

test('on a line that goes away in the middle, by hands that press twice, a device is made once and its login works; an import goes on by itself; what was lost of a page is fetched; and an ended session leads back to the page as it was', () =>
  workOnABadLine(browser, { hikyaku, person, email: 'installer@example.test' }));

test('an installer sets up forty cameras from a file, moves their recipients at once, finds the refused one and the silent one, and leaves with a copy', async () => {
  const texts = readTexts('ja');
  const lines = Array.from(
    { length: CAMERAS },
    (_, at) => `倉庫カメラ ${at + 1},${at % 2 ? SHOP : '本社'},owner@example.com,限定`,
  );
  const csv = [
    '機器の名前,設置場所,宛先,宛先の扱い',
    ...lines,
    ',,nobody@example.com,限定',
    '壊れた行,,no-address,限定',
  ].join('\r\n');
  await signedIn('ja', async (page) => {
    await page.goto(`${hikyaku.webUrl}/devices/import`);
    const choose = page.locator('input[type=file]');
    await choose.and(page.locator(':enabled')).waitFor({ state: 'attached' });
    await choose.setInputFiles({ name: 'cameras.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByText(texts('fleet.problem.noName')).waitFor();
    await page.getByText(texts('fleet.problem.badRecipient', { value: 'no-address' })).waitFor();
    await inspect(page, 'ja', '33-import-preview');
    await page.getByRole('button', { name: /を登録/ }).click();
    await page.getByRole('heading', { name: texts('fleet.endedTitle') }).waitFor();
    await inspect(page, 'ja', '34-import-done');
    // On paper: a card for each device, and no page around them.
    await page.emulateMedia({ media: 'print' });
    const cards = page.getByText(/^倉庫カメラ \d+$/);
    assert.equal(await cards.count(), CAMERAS);
    assert.ok(await cards.last().isVisible());
    assert.ok(!(await page.getByRole('heading', { name: texts('fleet.endedTitle') }).isVisible()));
    await page.screenshot({ path: 'screenshots/ja/34-import-cards.png', fullPage: true });
    await page.emulateMedia({ media: 'screen' });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: texts('fleet.credentialsSave') }).click(),
    ]);
    const saved = readFileSync((await download.path()) ?? '', 'utf8')
      .trimEnd()
      .split('\r\n');
    assert.equal(saved.length, CAMERAS + 1);
    const [, , host, port, , username, , password] = saved[1]?.split(',') ?? [];
    assert.ok(host && Number(port) === hikyaku.smtp.submission && username && password?.length === 16);

    await page.getByRole('link', { name: texts('fleet.toDevices') }).click();
    await page.waitForURL('**/devices');
    await page.getByLabel(texts('fleet.search')).fill('倉庫');
    const { items: all } = await person.must<{ items: unknown[] }>('GET', 'devices?limit=200');
    const shown = { total: String(all.length), count: String(CAMERAS) };
    await page.getByText(texts('fleet.shown', shown)).waitFor();
    await inspect(page, 'ja', '35-fleet');
    const changeAll = async (button: Locator, recipient: string) => {
      await button.click();
      await page.getByLabel(texts('fleet.bulkRecipients')).fill(recipient);
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /を変更$/ })
        .click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };
    await changeAll(page.getByRole('button', { name: /^表示中の/ }), 'night@example.com');
    await page.getByRole('button', { name: /^表示中の/ }).click();
    await page.getByLabel(texts('fleet.bulkAction')).selectOption('digest');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /を変更$/ })
      .click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const shop = page.getByRole('region', { name: SHOP });
    await changeAll(shop.getByRole('button', { name: texts('groups.changeAll') }), 'shop@example.com');
    const { items } = await person.must<{
      items: { name: string; recipients: string[]; recipientsMode: string; digestMinutes: number }[];
    }>('GET', 'devices?limit=200');
    const moved = items.filter(({ name }) => name.startsWith('倉庫'));
    assert.equal(moved.length, CAMERAS);
    assert.ok(
      moved.every(({ name, recipients, recipientsMode, digestMinutes }) => {
        const isOfShop = Number(name.split(' ')[1]) % 2 === 0;
        return (
          digestMinutes === 5 &&
          recipientsMode === 'replace' &&
          `${recipients}` === (isOfShop ? 'shop@example.com' : 'night@example.com')
        );
      }),
    );

    for (let tried = 0; tried < 5; tried += 1) {
      const line = await SmtpLine.open({ port: hikyaku.smtp.smtps, tls: {} });
      await line.say('EHLO camera');
      await line.say(`AUTH PLAIN ${Buffer.from(`\0${username}\0wrong`).toString('base64')}`);
      await line.say('QUIT');
      line.close();
    }
    await page.getByRole('button', { name: new RegExp(texts('fleet.condition.refused')) }).click();
    // All of them stand there until the page has drawn what was pressed.
    const found = page.getByRole('link', { name: /^倉庫カメラ/ });
    await until('it alone is left', async () => (await found.count()) === 1);
    await page.getByRole('link', { name: saved[1]?.split(',')[0] ?? '', exact: true }).waitFor();
    await page.getByRole('button', { name: new RegExp(texts('fleet.condition.refused')) }).click();
    const rows = await openOwner(hikyaku);
    await rows.query(
      `UPDATE devices SET silence_after_hours = 24, last_message_at = now() - interval '2 days' WHERE name = '倉庫カメラ 7' AND deleted_at IS NULL`,
    );
    await rows.close();
    await page.reload();
    await page.getByRole('button', { name: new RegExp(texts('fleet.condition.quiet')) }).click();
    await until('it alone is left', async () => (await found.count()) === 1);
    await page.getByRole('link', { name: '倉庫カメラ 7', exact: true }).waitFor();

    await page.goto(`${hikyaku.webUrl}/settings/delete`);
    const copies: string[] = [];
    page.on('download', (file) => copies.push(file.suggestedFilename()));
    await page.getByRole('button', { name: texts('settings.exportButton') }).click();
    await page.getByText(texts('settings.exportDone')).waitFor();
    await until('both are there', () => copies.length === 2);
    assert.deepEqual(copies.sort(), ['hikyaku-devices.csv', 'hikyaku-log.csv']);
    await inspect(page, 'ja', '36-delete');
    const { name } = await person.must<{ name: string }>('GET', 'tenant');
    await page.getByLabel(texts('settings.deleteName', { name })).fill(name);
    await page.getByRole('button', { name: texts('settings.deleteConfirm') }).click();
    await page.getByText(texts('settings.deletedGoesOn')).waitFor();
    await inspect(page, 'ja', '37-erasing');
    const owner = await openOwner(hikyaku);
    await owner.query(`UPDATE tenants SET deleted_at = deleted_at - interval '1 minute' WHERE deleted_at IS NOT NULL`);
    await owner.close();
    await page.getByText(texts('settings.deletedAll')).waitFor();
    assert.deepEqual((await person.must<{ items: unknown[] }>('GET', 'devices')).items, []);
  });
});

testLog(() => ({ hikyaku, browser }));
