import type { ApiKeyScope } from '@hikyaku/contracts';
import { RelayError } from '@hikyaku/core';

/** What can be done. Each route of the API and each use case that changes something names one. */
export const PERMISSIONS = [
  /** His own name, language and rank: what every signed-in person has, and no key. */
  'self',
  'tenant.read',
  'tenant.change',
  'tenant.delete',
  'members.read',
  'mailboxes.read',
  'mailboxes.change',
  'devices.read',
  'devices.change',
  'messages.read',
  'messages.change',
  'alerts.read',
  'alerts.change',
  /** Keys by which programs use the API: for persons alone, so that no key makes another. */
  'keys.change',
  /** Over all tenants: the operator's, whatever his role in his own. */
  'instance.operate',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export type Role = 'owner' | 'admin' | 'viewer';

const IN_TENANT = PERMISSIONS.filter((permission) => permission !== 'instance.operate');
const READING = IN_TENANT.filter((permission) => permission === 'self' || permission.endsWith('.read'));

/** What each role may do. The tenant's end is the owner's alone; members will be. */
const ROLES: Record<Role, ReadonlySet<Permission>> = {
  owner: new Set(IN_TENANT),
  admin: new Set(IN_TENANT.filter((permission) => permission !== 'tenant.delete')),
  viewer: new Set(READING),
};

/** Who does something: a person with a role in the tenant, a key that a program of the tenant holds, or a part of the relay itself. */
export interface Actor {
  kind: 'member' | 'api_key' | 'system';
  /** As the audit log names it: `user:<id>`, `key:<id>`, `system:<part>`. */
  name: string;
  may: ReadonlySet<Permission>;
}

export function memberActor(userId: string, role: Role, rank = { isOperator: false }): Actor {
  const may = rank.isOperator ? new Set([...ROLES[role], 'instance.operate' as const]) : ROLES[role];
  return { kind: 'member', name: `user:${userId}`, may };
}

/** What no key may, whoever made it. */
const OF_PERSONS: readonly Permission[] = ['self', 'tenant.delete', 'keys.change', 'instance.operate'];

/** A program that holds a key: no more than its maker's role allows now, and than the key was made for. */
export function keyActor(keyId: string, makersRole: Role, scope: ApiKeyScope): Actor {
  const may = [...ROLES[makersRole]].filter(
    (permission) => !OF_PERSONS.includes(permission) && (scope === 'change' || permission.endsWith('.read')),
  );
  return { kind: 'api_key', name: `key:${keyId}`, may: new Set(may) };
}

/** @throws RelayError `api.forbidden` unless the actor may do this. */
export function requirePermission({ actor }: { actor: Actor }, permission: Permission): void {
  if (!actor.may.has(permission)) {
    throw new RelayError('api.forbidden', { internal: `${actor.name} may not ${permission}` });
  }
}
