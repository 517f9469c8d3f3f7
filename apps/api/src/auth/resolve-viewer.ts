import { RelayError } from '@hikyaku/core';
import { type Database, ensureTenant, findViewer, type ViewerRow } from '@hikyaku/db';
import { type Actor, memberActor, type Role } from '@hikyaku/services';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Auth } from './create-auth.ts';

/** Who asks, in which of his tenants. */
export interface Viewer extends Omit<ViewerRow, 'role'> {
  role: Role;
  /** What he may do here. */
  actor: Actor;
  sessionToken: string;
}

export interface ViewerTools {
  auth: Auth;
  /** Role `system`. */
  database: Database;
  /** Whether this address is the operator by setting. */
  isOperatorAddress(email: string, isVerified: boolean): boolean;
}

/**
 * The person of the session cookie. A sign-up that was cut off before its tenant was made is mended here.
 * @throws RelayError `api.unauthenticated`, `tenant.suspended`
 */
export async function resolveViewer(tools: ViewerTools, request: FastifyRequest, reply: FastifyReply): Promise<Viewer> {
  const cookie = request.headers.cookie;
  if (!cookie) throw new RelayError('api.unauthenticated');
  const { response, headers } = await tools.auth.api.getSession({
    headers: new Headers({ cookie }),
    returnHeaders: true,
  });
  if (!response) throw new RelayError('api.unauthenticated');
  // A session in use is prolonged now and then, and its cookie with it.
  for (const prolonged of headers.getSetCookie()) reply.header('set-cookie', prolonged);
  const { session, user } = response;
  const asked = { userId: user.id, chosenTenantId: session.activeOrganizationId ?? null };
  let row = await findViewer(tools.database, asked);
  if (!row) {
    await ensureTenant(tools.database, { userId: user.id, name: user.name || user.email });
    row = await findViewer(tools.database, asked);
  }
  if (!row) throw new RelayError('api.unauthenticated', { internal: `user ${user.id} belongs to no tenant` });
  const isOperator = row.isOperator || tools.isOperatorAddress(row.email, row.emailVerified);
  // An operator who suspended his own tenant can take it back.
  if (row.isSuspended && !isOperator) throw new RelayError('tenant.suspended');
  const role = roleOf(row.role);
  return {
    ...row,
    role,
    actor: memberActor(row.userId, role, { isOperator }),
    isOperator,
    sessionToken: session.token,
  };
}

/** Better Auth keeps roles as a list in one text; what we do not know may only read. */
export function roleOf(text: string): Role {
  const roles = text.split(',').map((name) => name.trim());
  return roles.includes('owner') ? 'owner' : roles.includes('admin') ? 'admin' : 'viewer';
}
