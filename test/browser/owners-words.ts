import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { type DashboardClient, type MessageView, type RunningHikyaku, SmtpLine, until } from '@hikyaku/testing';
import type { Page } from 'playwright-core';
import { inspect, readTexts } from './dashboard-browser.ts';

/** Right side of addresses for reports, and the door that mail servers bring them to. */
export const REPORT_DOMAIN = 'reports.example';

export interface OwnersScene {
  hikyaku: RunningHikyaku;
  person: DashboardClient;
  page: Page;
  device: { id: string };
  login: { username: string; password: string };
  reportPort: number;
}

const texts = readTexts('ja');
export const SUBJECT = 'Daily report';

export async function send({ hikyaku, login }: OwnersScene): Promise<string> {
  const line = await SmtpLine.open({ port: hikyaku.smtp.smtps, tls: {} });
  await line.say('EHLO recorder');
  await line.say(`AUTH PLAIN ${Buffer.from(`\0${login.username}\0${login.password}`).toString('base64')}`);
  await line.say('MAIL FROM:<recorder@example.com>');
  await line.say('RCPT TO:<owner@example.com>');
  await line.say('DATA');
  const reply = await line.say(`Subject: ${SUBJECT}\r\n\r\nnothing happened\r\n.`);
  line.close();
  return /queued as ([A-Z0-9]{16})/.exec(reply)?.[1] ?? assert.fail(reply);
}

/** Sends until a mail is in the state: doors follow what an owner decides within seconds. */
async function sendUntil(
  scene: OwnersScene,
  isThere: (mail: MessageView) => boolean | Promise<boolean>,
): Promise<MessageView> {
  for (let tried = 0; tried < 30; tried++) {
    const queueId = await send(scene);
    const items = await scene.person.waitForMessages((all) => all.some((mail) => mail.queueId === queueId));
    const mail = items.find((one) => one.queueId === queueId)!;
    if (await isThere(mail)) return mail;
    await scene.page.waitForTimeout(1_000);
  }
  return assert.fail('no mail came to that state');
}

/** A rule is tried on what came, saved, and keeps the next mail back; removed, it does not. */
export async function leaveOutByRule(scene: OwnersScene): Promise<void> {
  const { hikyaku, page, device, person } = scene;
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const sent = await send(scene);
  await person.waitForMessages((all) => all.some(({ queueId, state }) => queueId === sent && state === 'sent'));
  await page.goto(`${hikyaku.webUrl}/devices/${device.id}?tab=rules`);
  await press(texts('rules.add'));
  await page.getByLabel(texts('rules.words')).fill('daily');
  await page.getByLabel(texts('rules.action')).selectOption('drop');
  await press(texts('rules.try'));
  await page.getByText(texts('rules.hit', { number: '1', action: texts('rules.actions.drop') })).waitFor();
  await inspect(page, 'ja', '40-rule-tried');
  await press(texts('common.save'));
  await page.getByText(texts('common.saved')).first().waitFor();
  const left = await sendUntil(scene, ({ state }) => state === 'suppressed');
  await page.goto(`${hikyaku.webUrl}/messages/${left.id}`);
  await page.getByText(texts('messages.state.suppressed')).first().waitFor();
  await page.goto(`${hikyaku.webUrl}/devices/${device.id}?tab=rules`);
  await press(texts('rules.remove', { number: '1' }));
  await press(texts('common.save'));
  await page.getByText(texts('common.saved')).first().waitFor();
  await sendUntil(scene, ({ state }) => state !== 'suppressed');
}

/** Quiet hours around the present keep mail until their end, in the account's zone; another zone shows the same moments by its own clock. */
export async function keepQuietInZone(scene: OwnersScene): Promise<void> {
  const { hikyaku, page, device, person } = scene;
  const clockIn = (timeZone: string, at: Date) =>
    new Intl.DateTimeFormat('ja', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
  await page.goto(`${hikyaku.webUrl}/settings`);
  await page.getByLabel(texts('settings.timeZone')).selectOption('America/New_York');
  await page.getByRole('button', { name: texts('common.save'), exact: true }).click();
  await page.getByText(texts('common.saved')).first().waitFor();
  await page.goto(`${hikyaku.webUrl}/devices/${device.id}?tab=settings`);
  await page.getByRole('switch', { name: texts('storms.quiet') }).click();
  await page.getByText(texts('storms.quietZone', { zone: 'America/New_York' })).waitFor();
  const [start, end] = [-2, 3].map((hours) => new Date(Date.now() + hours * 3_600_000)) as [Date, Date];
  const endClock = clockIn('America/New_York', end);
  // Both fields are left before the first is answered.
  const bothLeft = Promise.withResolvers<void>();
  const ofDevice = `**/api/v1/devices/${device.id}`;
  await page.route(ofDevice, async (route) => {
    if (route.request().method() === 'PATCH') await bothLeft.promise;
    await route.continue();
  });
  for (const [name, time] of [
    ['storms.quietStart', clockIn('America/New_York', start)],
    ['storms.quietEnd', endClock],
  ] as const) {
    const field = page.getByLabel(texts(name), { exact: true });
    await field.fill(time);
    await field.blur();
  }
  bothLeft.resolve();
  const wanted = { start: clockIn('America/New_York', start), end: endClock };
  await until('both ends of the quiet hours are kept', async () =>
    isDeepStrictEqual((await person.must<{ quietHours: unknown }>('GET', `devices/${device.id}`)).quietHours, wanted),
  );
  await page.unroute(ofDevice);
  const minute = end.toISOString().slice(0, 16);
  const kept = await sendUntil(scene, async ({ id }) =>
    JSON.stringify(await person.must('GET', `messages/${id}`)).includes(minute),
  );
  await page.goto(`${hikyaku.webUrl}/messages/${kept.id}`);
  await page.getByText(texts('story.kind.quiet_hours')).first().waitFor();
  await page.getByText(endClock).first().waitFor();
  await inspect(page, 'ja', '41-story-quiet');
}

/** An address for reports is made; what comes to it is told beside it and in the story of the mail that it is about. */
export async function readWhatCameBack(scene: OwnersScene): Promise<void> {
  const { hikyaku, page, person, reportPort } = scene;
  const [mail] = (await person.messages()).filter(({ state }) => state === 'sent');
  await page.goto(`${hikyaku.webUrl}/mailboxes`);
  await page.getByRole('button', { name: texts('bounces.make') }).click();
  const field = page.getByRole('group', { name: texts('bounces.address'), exact: true });
  const address = (await field.locator('code').textContent()) ?? '';
  assert.ok(address.endsWith(`@${REPORT_DOMAIN}`), address);
  await page.getByText(texts('bounces.noReport')).waitFor();
  const part = (type: string, body: string) => `--r\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;
  const line = await SmtpLine.open({ port: reportPort });
  await line.say('EHLO mx.example');
  await line.say('MAIL FROM:<>');
  await line.say(`RCPT TO:<${address}>`);
  await line.say('DATA');
  line.send(
    [
      'From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nContent-Type: multipart/report; boundary=r\r\n\r\n',
      part('text/plain', 'not delivered'),
      part(
        'message/delivery-status',
        'Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; owner@example.com\r\nAction: failed\r\nStatus: 5.2.2\r\n',
      ),
      part('message/rfc822', `Received: from device by x (Hikyaku) with ESMTP id ${mail!.queueId}; now\r\n\r\nx`),
      '--r--\r\n.\r\n',
    ].join(''),
  );
  assert.match(await line.reply(30_000), /^250/);
  line.close();
  await page.goto(`${hikyaku.webUrl}/messages/${mail!.id}`);
  await page.getByText(texts('bounces.storyTitle')).waitFor();
  await page.getByText(texts('bounces.reason.mailbox_full.todo')).waitFor();
  await page.goto(`${hikyaku.webUrl}/mailboxes`);
  await page.getByText(texts('bounces.lastReport', { when: '' }).trim()).waitFor();
  await inspect(page, 'ja', '42-bounces');
}
