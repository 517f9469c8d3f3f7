import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DashboardClient,
  deviceMailSession,
  openOwner,
  playSession,
  type RunningHikyaku,
  SmtpLine,
  sandboxClient,
  until,
} from '@hikyaku/testing';
import type { Browser, Page } from 'playwright-core';
import { asPerson, inspect, readTexts } from './dashboard-browser.ts';
import { furnish } from './screens/furnish.ts';
import { harmOf } from './screens/harm-of.ts';
import { SIGNED_IN } from './screens/screens.ts';
import { HOSTILE_WORDS } from './screens/words.ts';

const camera = deviceMailSession(join(import.meta.dirname, '../../packages/testing/fixtures/device-mails'), '04-');
/** At any length of the log. */
const MAX_NODES = 3_000;
const BEFORE = 190;
const LIVE = 24;
const ADDRESS = 'tower@outlook.test';

/** What the file that runs these tests has started. */
interface Started {
  hikyaku: RunningHikyaku;
  browser: Browser;
}

async function failTheLogin(hikyaku: RunningHikyaku, username: string): Promise<void> {
  const line = await SmtpLine.open({ port: hikyaku.smtp.submission });
  await line.say('EHLO camera');
  const login = Buffer.from(`\0${username}\0not the password`).toString('base64');
  assert.match(await line.say(`AUTH PLAIN ${login}`), /^535/);
  await line.say('QUIT');
  line.close();
}

/** Nothing on them is a stranger's, or another one shows the same. */
const LEFT_OUT =
  /^(?:not-found|devices-import|mailbox-smtp|mailboxes-bounces|log-filtered|settings|mailbox-disconnect)$|^settings-(?!passkey)|^story-(?!sent|failed)|^device-(?:off|unused|test|setup|new|quiet)$/;
/** What a spreadsheet takes for a formula. */
const FORMULA_CELL = /(?:^|,|\n)"?[=+\-@＝＋－＠|\t]/;

/** For a page that never does. */
const NOTICED_WITHIN_MS = 20_000;

/** A page that was wide a moment ago shows its cards once it has noticed. */
async function harmOnceNarrow(page: Page): Promise<string[]> {
  const end = Date.now() + NOTICED_WITHIN_MS;
  for (;;) {
    const harm = await harmOf(page);
    if (harm.length === 0 || Date.now() > end) return harm;
    await sleep(100);
  }
}

/** Heights that were not seen yet are guessed, so the end is where it is once it was seen. */
async function toTheEnd(page: Page): Promise<void> {
  for (let turn = 0; turn < 6; turn++) {
    await page.evaluate('window.scrollTo(0, document.body.scrollHeight)');
    await sleep(100);
  }
}

/** The log at length and strangers' texts on every page, in a product that another file starts: a start costs more than these. */
export function testLog(started: () => Started): void {
  test('a long log: old mail is no news, live mail costs only the head, the page stays small, the way back keeps the filter', async (t) => {
    const texts = readTexts('ja');
    const { hikyaku, browser } = started();
    const person = new DashboardClient(hikyaku.webUrl);
    await sandboxClient(hikyaku.sandboxUrl).knobs({ accounts: { [ADDRESS]: { consent: 'auto' } } });
    await person.signUp('tower@example.test');
    const device = await person.createDevice(await person.connectMailbox('microsoft', ADDRESS), { name: '玄関カメラ' });
    const send = async (count: number) => {
      for (let sent = 0; sent < count; sent += 6) {
        const batch = Array.from({ length: Math.min(6, count - sent) }, () =>
          playSession(camera, hikyaku.smtp, device.credential),
        );
        for (const { replies, finalReply } of await Promise.all(batch))
          assert.match(finalReply, /^250 /, replies.join(' | '));
      }
    };
    await send(BEFORE);
    // The provider takes thirty a minute: most of them wait, which is what a storm looks like.
    await person.waitForMessages((items) => items.length === 100, 30_000);

    await asPerson(browser, 'ja', async ({ context, page }) => {
      await context.addCookies([...person.cookies].map(([name, value]) => ({ name, value, url: hikyaku.webUrl })));
      await page.goto(`${hikyaku.webUrl}/messages`);
      await page.getByText(texts('shell.liveOn'), { exact: true }).first().waitFor();
      const fold = page.getByRole('button', { name: /Motion/ }).first();
      await fold.waitFor();
      assert.ok((await page.getByRole('row').count()) < 20, 'repeats are one row each');
      await inspect(page, 'ja', '29-log-folded');
      await page.setViewportSize({ width: 1280, height: 800 });
      const more = page.getByRole('button', { name: texts('common.loadMore') });
      // What is asked for later comes two hundred at a time.
      await more.click();
      await more.waitFor({ state: 'detached' });
      // Every fold opened is the longest that the page can be.
      const closed = page.getByRole('button', { name: /Motion/, expanded: false });
      await closed.first().click();
      await toTheEnd(page);
      await closed.first().click();
      await toTheEnd(page);
      assert.equal(await page.locator('.animate-arrive').count(), 0, 'what was loaded later is not new');
      const nodes = Number(await page.evaluate('document.querySelectorAll("*").length'));
      t.diagnostic(`${nodes} DOM nodes with ${BEFORE} rows loaded`);
      assert.ok(nodes <= MAX_NODES, `${nodes} DOM nodes`);

      const lists: string[] = [];
      page.on('request', (request) => {
        if (/\/api\/v1\/log(\?|$)/.test(request.url())) lists.push(request.url());
      });
      await send(LIVE);
      const pill = page.getByRole('button', { name: texts('messages.arrived', { count: String(LIVE) }) });
      await pill.waitFor();
      // A round that was under way before has its head behind it: its later pages are none of these mails'.
      const isHead = (url: string) => !url.includes('cursor=');
      const asked = lists.slice(lists.findIndex(isHead));
      const heads = asked.filter(isHead).length;
      assert.ok(asked.length <= 3 * heads, `${heads} heads and ${asked.length - heads} later pages`);
      t.diagnostic(`${asked.length} list requests for ${LIVE} live mails`);
      // Before a picture of the whole page, which brings the top, and with it all that is new, into sight.
      await page.screenshot({ path: 'screenshots/ja/30-log-news.png' });
      await pill.click();
      await page.locator('.animate-arrive').first().waitFor();
      await inspect(page, 'ja', '30-log-further-down');

      // A wrong password is a row like the mails, live, and says on its own page what is wrong.
      for (let tried = 0; tried < 5; tried += 1) await failTheLogin(hikyaku, device.credential.username);
      await page.getByRole('button', { name: texts('messages.chips.refused') }).click();
      await page.waitForURL('**/messages?state=refused');
      await page.getByRole('button', { name: /パスワードが違います.*5/ }).click();
      await page.getByRole('link', { name: 'パスワードが違います' }).first().click();
      await page.waitForURL('**/refusals/*');
      await page.getByText(texts('live.refusedAction')).waitFor();
      await page.getByText(device.credential.username).first().waitFor();
      await inspect(page, 'ja', '31-refusal');
      await page
        .getByRole('main')
        .getByRole('link', { name: texts('story.back') })
        .click();
      await page.waitForURL('**/messages?state=refused');
      await page.getByRole('button', { name: texts('messages.chips.refused') }).click();
      const refusals = page.getByRole('button', { name: /パスワードが違います.*5/ });
      await page.waitForURL('**/messages');
      await page
        .getByRole('button', { name: /Motion/ })
        .first()
        .waitFor();
      await refusals.waitFor();

      const search = page.getByLabel(texts('messages.filterSearch'));
      // Words in any order, one of the subject and one of the device's name.
      await search.fill('motion 玄関');
      await page.waitForURL('**/messages?q=motion*');
      await refusals.waitFor({ state: 'detached' });
      await page
        .getByRole('button', { name: /Motion/, expanded: false })
        .first()
        .click();
      await page.locator('tbody a, li a').first().click();
      await page
        .getByRole('link', { name: texts('story.back') })
        .first()
        .waitFor();
      await page
        .getByRole('main')
        .getByRole('link', { name: texts('story.back') })
        .click();
      await page.waitForURL('**/messages?q=motion*');
      await page
        .getByRole('row', { name: /Motion/ })
        .first()
        .waitFor();
      assert.equal(await search.inputValue(), 'motion 玄関', 'the way back keeps the filter');

      // What the filter leaves goes into the file, and nothing else.
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: texts('messages.export') }).click(),
      ]);
      const [, ...lines] = readFileSync(await file.path(), 'utf8')
        .trimEnd()
        .split('\r\n');
      assert.ok(lines.length > LIVE && lines.every((line) => /,mail,玄関.*Motion/.test(line)), lines[0]);
    });
  });

  test('what strangers write runs nowhere, turns nothing around, pushes nothing out of a phone, and is no formula in a file', async (t) => {
    const { hikyaku, browser } = started();
    const person = new DashboardClient(hikyaku.webUrl);
    await person.signUp('stranger@example.test');
    const rows = await openOwner(hikyaku);
    const places = await furnish(hikyaku, rows, person, HOSTILE_WORDS);
    await rows.close();
    // The way through the doors as well: what the edge, the hand-off and the api make of it.
    const line = await SmtpLine.open({ port: hikyaku.smtp.smtps, tls: {} });
    const { credential } = await person.createDevice(places.mailbox, { name: HOSTILE_WORDS.devices[5] });
    await line.say(`EHLO ${HOSTILE_WORDS.hello}`);
    await line.say(`AUTH PLAIN ${Buffer.from(`\0${credential.username}\0${credential.password}`).toString('base64')}`);
    await line.say('MAIL FROM:<camera@example.com>');
    await line.say('RCPT TO:<owner@example.com>');
    await line.say('DATA');
    const subject = Buffer.from(HOSTILE_WORDS.subjects.join(' ')).toString('base64');
    assert.match(await line.say(`Subject: =?utf-8?b?${subject}?=\r\n\r\nx\r\n.`), /^250/);
    line.close();
    await person.waitForMessages((items) =>
      items.some(({ state, subject }) => state === 'sent' && /<img/.test(subject ?? '')),
    );

    const startedAt = Date.now();
    const harm: string[] = [];
    await asPerson(browser, 'ja', async ({ context, page }) => {
      await context.addCookies([...person.cookies].map(([name, value]) => ({ name, value, url: hikyaku.webUrl })));
      page.on('dialog', (dialog) => assert.fail(`a dialogue: ${dialog.message()}`));
      const texts = readTexts('ja');
      for (const screen of SIGNED_IN.filter(({ name }) => !LEFT_OUT.test(name))) {
        await page.setViewportSize({ width: 1280, height: 800 });
        await page.goto(hikyaku.webUrl + screen.path(places));
        await page.getByRole('heading').first().waitFor();
        await page.locator('.animate-pulse').first().waitFor({ state: 'detached' });
        await screen.prepare?.(page, texts);
        harm.push(...(await harmOf(page)).map((what) => `${screen.name} at a desk: ${what}`));
        await page.setViewportSize({ width: 360, height: 780 });
        harm.push(...(await harmOnceNarrow(page)).map((what) => `${screen.name} on a phone: ${what}`));
      }
      assert.deepEqual(harm, []);
      await page.goto(`${hikyaku.webUrl}/settings/delete`);
      const copies: Promise<string>[] = [];
      page.on('download', (file) => copies.push(file.path().then((path) => readFileSync(path, 'utf8'))));
      await page.getByRole('button', { name: texts('settings.exportButton') }).click();
      await page.getByText(texts('settings.exportDone')).waitFor();
      await until('both are there', () => copies.length === 2);
      for (const text of await Promise.all(copies)) {
        assert.match(text, /HYPERLINK/);
        assert.doesNotMatch(text, FORMULA_CELL);
      }
    });
    t.diagnostic(`pages looked at in ${Date.now() - startedAt} ms`);
  });
}
