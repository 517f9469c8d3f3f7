import { type Instance, instance } from '@hikyaku/contracts';

/** Core's INSTANCE_HEADER, which pages cannot import. */
const HEADER = 'x-hikyaku-instance';

/** What our front, or Caddy, says of this instance; null where another stands before the pages, which then ask by themselves. On the server alone. */
export function readInstance(head: Pick<Headers, 'get'>): Instance | null {
  try {
    return instance.parse(JSON.parse(head.get(HEADER) ?? ''));
  } catch {
    return null;
  }
}
