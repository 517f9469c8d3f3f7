import assert from 'node:assert/strict';
import type { Device } from '@hikyaku/contracts';
import { openMailSink, sandboxClient, until } from '@hikyaku/testing';
import { startChannelReceiver } from '../security/channel-receiver.ts';
import { inspect, picture, readTexts } from './dashboard-browser.ts';
import { type OwnersScene, SUBJECT, send } from './owners-words.ts';

const texts = readTexts('ja');
const HELD = { provider: 'microsoft', call: 'send', preset: 'ErrorMessageSubmissionBlocked', times: null };

/** A mailbox that cannot send, a second one chosen on the device's page: the mail leaves by that one, and its story says so. */
export async function leaveByFallback(scene: OwnersScene, mailboxId: string, address: string): Promise<void> {
  const { hikyaku, page, device, person } = scene;
  const sandbox = sandboxClient(hikyaku.sandboxUrl);
  const stopped = 'stopped@outlook.test';
  await sandbox.knobs({ accounts: { [stopped]: { consent: 'auto' } } });
  const own = await person.connectMailbox('microsoft', stopped);
  await sandbox.knobs({ faults: [{ ...HELD, mailbox: stopped }] });
  await person.must('PATCH', `devices/${device.id}`, { mailboxId: own });
  await page.goto(`${hikyaku.webUrl}/devices/${device.id}?tab=settings`);
  await page.getByLabel(texts('devices.fallback')).selectOption({ label: address });
  await page.locator('summary').getByText(texts('devices.tuning')).click();
  await page.getByRole('switch', { name: texts('devices.smallerPictures') }).click();
  await inspect(page, 'ja', '43-fallback-chosen');
  await page.getByRole('button', { name: texts('common.save'), exact: true }).click();
  await page.getByText(texts('common.saved')).first().waitFor();
  assert.equal((await person.must<Device>('GET', `devices/${device.id}`)).smallerPictures, true);
  const queueId = await send(scene);
  const [mail] = (
    await person.waitForMessages((all) => all.some((one) => one.queueId === queueId && one.state === 'sent'))
  ).filter((one) => one.queueId === queueId);
  await page.goto(`${hikyaku.webUrl}/messages/${mail!.id}`);
  await page.getByText(texts('story.kind.rerouted')).first().waitFor();
  await page.getByText(address).first().waitFor();
  await inspect(page, 'ja', '44-story-fallback');
  await sandbox.knobs({ faults: [] });
  await person.must('PATCH', `devices/${device.id}`, { mailboxId, fallbackMailboxId: null, smallerPictures: false });
  await person.must('DELETE', `mailboxes/${own}`);
}

/** A channel chosen for a device's pictures, below what that means, is given the next mail's; stopped on the same card. */
export async function sendToChannel(scene: OwnersScene): Promise<void> {
  const { hikyaku, page, device, person } = scene;
  const receiver = await startChannelReceiver();
  try {
    const { channel } = await person.must<{ channel: { id: string } }>('POST', 'alert-channels', {
      ...{ kind: 'webhook', name: '当番', language: 'ja', url: `${receiver.url}/duty` },
    });
    await page.goto(`${hikyaku.webUrl}/devices/${device.id}?tab=settings`);
    const choice = page.getByLabel(texts('content.channel'), { exact: true });
    await choice.selectOption({ label: '当番' });
    await page.getByText(texts('content.meaningText')).waitFor();
    await inspect(page, 'ja', '45-content-channel');
    await page.getByRole('button', { name: texts('content.save') }).click();
    // The button is off while it saves as well: what was sent before the choice is kept would have no copy.
    const isChosen = async () =>
      (await person.must<{ contentChannel: unknown }>('GET', `devices/${device.id}`)).contentChannel !== null;
    await until('it is chosen', isChosen);
    await send(scene);
    const isThere = () => receiver.told('/duty').some((one) => one.includes('"type":"mail"') && one.includes(SUBJECT));
    await until('the channel was given it', isThere);
    await choice.selectOption('');
    await page.getByRole('button', { name: texts('content.stop') }).click();
    await until('it is not any more', async () => !(await isChosen()));
    await person.must('DELETE', `alert-channels/${channel.id}`);
  } finally {
    await receiver.close();
  }
}

/** What the domain of one's own server needs in the DNS: three verdicts once the fold is opened, and DKIM's asked again by a selector. */
export async function readRecords({ hikyaku, page, person }: OwnersScene): Promise<void> {
  const login = { username: 'gate@company.test', password: 'own secret' };
  const sink = await openMailSink(login);
  try {
    const { id } = await person.must<{ id: string }>('POST', 'mailboxes/smtp', {
      ...{ address: login.username, host: '127.0.0.1', port: Number(new URL(sink.url).port), security: 'none' },
      ...login,
    });
    await page.goto(`${hikyaku.webUrl}/mailboxes`);
    await page.getByText(texts('records.title')).click();
    for (const name of ['SPF', 'DKIM', 'DMARC']) await page.getByRole('heading', { name, exact: true }).waitFor();
    const looked = page.waitForRequest((request) => request.url().includes('selector=mail2026'));
    await page.getByLabel(texts('records.selector')).fill('mail2026');
    await page.getByRole('button', { name: texts('records.look') }).click();
    await looked;
    await page.getByRole('heading', { name: 'DKIM', exact: true }).waitFor();
    await inspect(page, 'ja', '46-records');
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.deepEqual(await picture(page, 'ja', '46-records-dark'), []);
    await page.emulateMedia({ colorScheme: 'light' });
    await person.must('DELETE', `mailboxes/${id}`);
  } finally {
    sink.close();
  }
}

/** A test to what is no address says so at its field, in words that say what one looks like. */
export async function testToNobody({ hikyaku, page, device }: OwnersScene): Promise<void> {
  await page.goto(`${hikyaku.webUrl}/devices/${device.id}`);
  await page.getByRole('button', { name: texts('devices.sendTest') }).click();
  await page.getByLabel(texts('devices.sendTestTo')).fill('たろう');
  await page.getByRole('button', { name: texts('devices.sendTestConfirm') }).click();
  await page.getByRole('dialog').getByText(texts('form.email')).waitFor();
  await inspect(page, 'ja', '47-test-to-nobody');
  await page.keyboard.press('Escape');
}
