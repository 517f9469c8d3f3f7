import { RelayError } from '@hikyaku/core';
import { findGroupByName } from '@hikyaku/db';
import type { ServiceContext } from '../context.ts';

/** The tenant's limits are locked by the caller, so that nobody takes the name meanwhile. `ownId`: the group that may have it. @throws RelayError `group.name_taken` */
export async function requireFreeName(context: ServiceContext, name: string, ownId: string | null): Promise<void> {
  const holder = await findGroupByName(context, name);
  if (holder !== null && holder !== ownId) {
    throw new RelayError('group.name_taken', { fields: { name: 'is the name of another group' } });
  }
}
