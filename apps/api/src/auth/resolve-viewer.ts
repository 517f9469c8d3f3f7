import { RelayError } from '@hikyaku/core';
import { type Database, ensureTenant, findViewer, useApiKey, type ViewerRow } from '@hikyaku/db';
import { type Actor, isSecret, keyActor, memberActor, type Role, secretHashOf } from '@hikyaku/services';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Auth } from './create-auth.ts';

/** Who asks, in which of his tenants. */
export interface Viewer extends Omit<ViewerRow, 'role'> {
  role: Role;
  /** What he may do here. */
  actor: Actor;
  /** Of his browser; null: a program asks, by a key that he made. */
  sessionToken: string | null;
}

export interface ViewerTools {
  auth: Auth;
  /** Role `system`. */
  database: Database;
  /** Whether this address is the operator by setting. */
  isOperatorAddress(email: string, isVerified: boolean): boolean;
}

/**
 * Who asks: a key, where one is shown, else the person of the session cookie.
 * @throws RelayError `api.unauthenticated`, `tenant.suspended`
 */
export async function resolveViewer(tools: ViewerTools, request: FastifyRequest, reply: FastifyReply): Promise<Viewer> {
  const key = bearerOf(request);
  if (key === null) return resolvePerson(tools, request, reply);
  const viewer = isSecret(key) ? await resolveKey(tools, key) : null;
  if (!viewer) {
    reply.header('www-authenticate', 'Bearer');
    throw new RelayError('api.unauthenticated', { internal: 'no such API key, or its end has come' });
  }
  if (viewer.isSuspended) throw new RelayError('tenant.suspended');
  return viewer;
}

/** What stands behind `Authorization: Bearer`; null without it. A password there is for a proxy in front of us. */
function bearerOf({ headers }: FastifyRequest): string | null {
  const { authorization = '' } = headers;
  const [scheme = ''] = authorization.split(' ', 1);
  return scheme.toLowerCase() === 'bearer' ? authorization.slice(scheme.length).trim() : null;
}

/** Its maker in the key's tenant, as far as he still is a member there: nobody's operator, and with no browser. */
async function resolveKey({ database }: ViewerTools, secret: string): Promise<Viewer | null> {
  const key = await useApiKey(database, secretHashOf(secret));
  const row = key && (await findViewer(database, { userId: key.userId, chosenTenantId: key.tenantId }));
  if (!row || row.tenantId !== key.tenantId) return null;
  const role = roleOf(row.role);
  const scope = key.scope === 'change' ? 'change' : 'read';
  return { ...row, role, actor: keyActor(key.id, role, scope), isOperator: false, sessionToken: null };
}

/** The browser that asks. @throws RelayError `api.forbidden` for a key: what is begun here goes on in a browser */
export function browserOf({ userId, sessionToken }: Viewer): { userId: string; token: string } {
  if (sessionToken === null) throw new RelayError('api.forbidden', { internal: 'a key has no browser' });
  return { userId, token: sessionToken };
}

/**
 * The person of the session cookie. A sign-up that was cut off before its tenant was made is mended here.
 * @throws RelayError `api.unauthenticated`, `tenant.suspended`
 */
export async function resolvePerson(tools: ViewerTools, request: FastifyRequest, reply: FastifyReply): Promise<Viewer> {
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
