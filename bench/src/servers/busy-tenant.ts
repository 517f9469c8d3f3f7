import { DashboardClient, openOwner, type RunningHikyaku, sandboxClient } from '@hikyaku/testing';
import { fillDevice } from '../history/fill-device.ts';
import type { Login } from '../load/smtp-session.ts';

const ADDRESS = 'tower@outlook.test';

/** A person with a mailbox, a device and a log of so many mails, `everyS` apart. */
export async function makeBusyTenant(
  hikyaku: RunningHikyaku,
  mails: number,
  everyS?: number,
): Promise<{ cookies: Map<string, string>; device: string; login: Login }> {
  const person = new DashboardClient(hikyaku.webUrl);
  await sandboxClient(hikyaku.sandboxUrl).knobs({ accounts: { [ADDRESS]: { consent: 'auto' } } });
  await person.signUp('tower@example.test');
  const mailbox = await person.connectMailbox('microsoft', ADDRESS);
  const { device, credential } = await person.createDevice(mailbox, { name: '玄関カメラ' });
  const owner = await openOwner(hikyaku);
  await fillDevice(owner, device.id, mails, everyS);
  await owner.close();
  return { cookies: person.cookies, device: device.id, login: credential };
}
