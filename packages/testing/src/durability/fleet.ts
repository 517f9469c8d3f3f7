import { DashboardClient, sandboxClient } from '../dashboard-client.ts';
import type { RunningHikyaku } from '../start-hikyaku.ts';

/** A device with a mailbox of its own, and where its mail goes. */
export interface FleetMember {
  provider: 'microsoft' | 'google';
  /** The mailbox's address. */
  address: string;
  deviceId: string;
  credential: { username: string; password: string };
  to: string;
}

/**
 * Signs up tenants and connects sandbox mailboxes with a device each, over the API, every other one at Google. Three tenants at most: more sign-ups at
 * once are rate-limited.
 */
export async function makeFleet(
  hikyaku: RunningHikyaku,
  { tenants, mailboxes }: { tenants: number; mailboxes: number },
): Promise<FleetMember[]> {
  await sandboxClient(hikyaku.sandboxUrl).knobs({ consent: 'auto' });
  const shares = Array.from({ length: tenants }, (_, tenant) =>
    Array.from({ length: mailboxes }, (_, index) => index).filter((index) => index % tenants === tenant),
  );
  const made = shares.map(async (indexes, tenant) => {
    const person = new DashboardClient(hikyaku.webUrl);
    await person.signUp(`owner-${tenant}@example.test`);
    const members: FleetMember[] = [];
    for (const index of indexes) members.push(await connectMember(person, index));
    return members;
  });
  return (await Promise.all(made)).flat();
}

async function connectMember(person: DashboardClient, index: number): Promise<FleetMember> {
  const provider = index % 2 ? 'google' : 'microsoft';
  const address = `box-${index}@${provider === 'google' ? 'gmail.test' : 'outlook.test'}`;
  const mailboxId = await person.connectMailbox(provider, address);
  const { device, credential } = await person.createDevice(mailboxId, { name: `Camera ${index}` });
  return { provider, address, deviceId: device.id, credential, to: `owner-${index}@example.jp` };
}
