import { type Instance, instance } from '@hikyaku/contracts';

/** What our front says of this instance; null where another stands before the pages, which then ask by themselves. On the server alone. */
export function readInstance(header: string | null): Instance | null {
  try {
    return instance.parse(JSON.parse(header ?? ''));
  } catch {
    return null;
  }
}
