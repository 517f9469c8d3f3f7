import type { Session } from '@hikyaku/contracts';
import { findPairing, findSession } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';
import { describeSessionDetail } from './describe.ts';
import { readerOf, type SessionAsk } from './list.ts';

/** A session with what was said. @throws RelayError `api.forbidden`, `api.not_found` */
export async function getSession(context: ServiceContext, ask: SessionAsk, id: string): Promise<Session> {
  requirePermission(context, 'devices.read');
  const row = found(await findSession(context, id, await findPairing(context, ask.address, undefined)));
  return describeSessionDetail(row, await readerOf(context, ask, [row]));
}
