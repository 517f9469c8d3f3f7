import { makeDevice, makeKeys, makeMailbox, makeMessage, makeTenant } from '../../testing/src/index.ts';
import type { Database } from '../src/index.ts';

/** Two tenants with a mailbox, a device, a credential and a message of one part each. */
export async function makeTwoTenants(owner: Database) {
  const { digester } = await makeKeys(owner);
  const one = async () => {
    const tenant = await makeTenant(owner);
    const mailbox = await makeMailbox(owner, { tenant_id: tenant.id });
    const { device, credential } = await makeDevice(owner, digester, { tenant_id: tenant.id, mailbox_id: mailbox.id });
    const message = await makeMessage(owner, { device, mailbox });
    await owner.query(`INSERT INTO parts (message_id, number, tenant_id, state) VALUES ($1, 1, $2, 'queued')`, [
      message.id,
      tenant.id,
    ]);
    return { tenant, mailbox, device, credential, message };
  };
  return { digester, a: await one(), b: await one() };
}
