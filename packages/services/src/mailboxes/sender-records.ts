import type { SenderRecords } from '@hikyaku/contracts';
import { RelayError } from '@hikyaku/core';
import type { SenderRecordsCheck } from '@hikyaku/upstreams';
import type { InTenant } from './connect-finish.ts';
import type { ConnectTools } from './connect-tools.ts';
import { describeSmtp } from './describe-smtp.ts';

export interface SenderRecordsTools extends Pick<ConnectTools, 'tokenBox'> {
  /** Undefined where no SMTP account can be connected. */
  checkSenderRecords?: SenderRecordsCheck | undefined;
}

/**
 * Whether the domain of an SMTP mailbox has what a sending server of one's own needs: SPF, DKIM, DMARC. No transaction is open while the DNS is asked.
 * @throws RelayError `api.forbidden`, `api.not_found` (also for a mailbox of another kind), `oauth.provider_off`
 */
export async function getSenderRecords(
  inTenant: InTenant,
  { tokenBox, checkSenderRecords }: SenderRecordsTools,
  id: string,
  selector: string | undefined,
): Promise<SenderRecords> {
  const { address, host } = await inTenant((context) => describeSmtp(context, { tokenBox }, id));
  if (!checkSenderRecords) throw new RelayError('oauth.provider_off', { internal: 'smtp' });
  return checkSenderRecords({ address, host, selector });
}
