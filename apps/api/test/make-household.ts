import { makeDevice, makeMailbox, makeMessage } from '@hikyaku/testing';
import type { ApiUnderTest } from './api-under-test.ts';

/** An owner with a mailbox and a device; `mail` makes a mail of it. */
export async function makeHousehold(api: ApiUnderTest) {
  const person = await api.owner();
  const mailbox = await makeMailbox(api.db.owner, { tenant_id: person.tenantId });
  const { device } = await makeDevice(api.db.owner, api.digester, {
    tenant_id: person.tenantId,
    mailbox_id: mailbox.id,
    name: '裏口',
  });
  const mail = (row: Record<string, unknown> = {}) => makeMessage(api.db.owner, { device, mailbox }, row);
  return { person, mailbox, device, mail };
}
