import { learnRecipients, type MailRule, roomForRecipients } from '@hikyaku/core';
import type { PolicyCredentialRow, PolicyDeviceRow, PolicyRows } from '@hikyaku/db';
import { type EdgePolicy, strangersOf } from '../smtp/recipient-policy.ts';
import { RecipientPlaces } from './recipient-places.ts';

/** Devices whose recipients were learnt here and are not in Postgres yet. */
const MAX_LEARNING = 10_000;

/** All credentials and policies, in memory. */
export class PolicyStore {
  #tenants = new Map<string, PolicyRows['tenants'][number]>();
  #mailboxes = new Map<string, PolicyRows['mailboxes'][number]>();
  #devices = new Map<string, PolicyDeviceRow>();
  #groups = new Map<string, PolicyRows['groups'][number]>();
  #credentials = new Map<string, PolicyCredentialRow>();
  #byUsername = new Map<string, PolicyCredentialRow[]>();
  /** By the digest of the password, to tell whose an entry is that stands in a wrong field. */
  #byDigest = new Map<string, PolicyCredentialRow>();
  /** Composed policies, dropped whenever a row changes. */
  #policies = new Map<string, EdgePolicy>();
  #learning = new Map<string, Set<string>>();
  #places = new RecipientPlaces();

  /** Replaces everything. */
  replace(rows: PolicyRows): void {
    this.#tenants.clear();
    this.#mailboxes.clear();
    this.#devices.clear();
    this.#groups.clear();
    this.#credentials.clear();
    this.#byUsername.clear();
    this.#byDigest.clear();
    this.apply(rows);
  }

  /** Takes changed rows in; those that ended or were deleted go. Returns true when there were any. */
  apply(rows: PolicyRows): boolean {
    keep(this.#tenants, rows.tenants, (row) => row.isDeleted);
    keep(this.#mailboxes, rows.mailboxes, (row) => row.isDeleted);
    keep(this.#devices, rows.devices, (row) => row.isDeleted);
    // A group that is removed leaves its devices in none, and is not asked for any more.
    keep(this.#groups, rows.groups, (row) => row.rules.length === 0);
    for (const row of rows.devices) this.#forgetLearnt(row);
    for (const row of rows.credentials) this.#keepCredential(row);
    this.#policies.clear();
    return [rows.tenants, rows.mailboxes, rows.devices, rows.groups, rows.credentials].some((list) => list.length > 0);
  }

  /** For the snapshot file. */
  rows(): PolicyRows {
    return {
      tenants: [...this.#tenants.values()],
      mailboxes: [...this.#mailboxes.values()],
      devices: [...this.#devices.values()],
      groups: [...this.#groups.values()],
      credentials: [...this.#credentials.values()],
    };
  }

  /** Live credentials of a normalised user name; two while a rotation runs. Only those of devices that exist. */
  credentialsOf(username: string, now: number): PolicyCredentialRow[] {
    const rows = this.#byUsername.get(username) ?? [];
    return rows.filter((row) => (row.expiresAt === null || row.expiresAt > now) && this.find(row.deviceId));
  }

  /** All of a user name, those that ended lately too, while their device exists: a device may still have an old password. */
  everyCredentialOf(username: string): PolicyCredentialRow[] {
    return (this.#byUsername.get(username) ?? []).filter((row) => this.find(row.deviceId));
  }

  /** The one that has the password of that digest (base64), while its device exists. */
  credentialWith(passwordDigest: string): PolicyCredentialRow | undefined {
    const row = this.#byDigest.get(passwordDigest);
    return row && this.find(row.deviceId) ? row : undefined;
  }

  /** Its tenant is suspended: nothing that Postgres says of the user name would let it in. */
  isSuspended(username: string): boolean {
    const [row] = this.#byUsername.get(username) ?? [];
    const device = row && this.#devices.get(row.deviceId);
    return device !== undefined && this.#tenants.get(device.tenantId)?.isSuspended === true;
  }

  /** The device's policy; undefined when it, or its tenant, is gone, or the tenant is suspended. */
  find(deviceId: string): EdgePolicy | undefined {
    const known = this.#policies.get(deviceId);
    if (known) return known;
    const device = this.#devices.get(deviceId);
    const tenant = device && this.#tenants.get(device.tenantId);
    if (!device || !tenant || tenant.isSuspended) return undefined;
    const policy = compose(device, {
      accountKey: this.accountOf(device.mailboxId),
      hideSubjects: tenant.hideSubjects,
      groupRules: (device.groupId && this.#groups.get(device.groupId)?.rules) || [],
    });
    policy.known = learnRecipients(policy.known, [...(this.#learning.get(deviceId) ?? [])]).known;
    this.#policies.set(deviceId, policy);
    return policy;
  }

  /** The provider account of a mailbox; null when it is gone. */
  accountOf(mailboxId: string): string | null {
    return this.#mailboxes.get(mailboxId)?.accountKey ?? null;
  }

  /** Mode `device`: places among the known recipients for a mail that begins; what gives them back, or null when there is no room. */
  reserve(deviceId: string, recipients: readonly string[]): (() => void) | null {
    const policy = this.find(deviceId);
    if (policy?.recipientsMode !== 'device') return () => {};
    return this.#places.take(deviceId, strangersOf(policy, recipients), roomForRecipients(policy.known));
  }

  /** Mode `device`: remembers recipients of an accepted mail until hand-off has written them. */
  learn(deviceId: string, recipients: readonly string[]): void {
    const policy = this.find(deviceId);
    if (policy?.recipientsMode !== 'device') return;
    const strangers = strangersOf(policy, recipients);
    if (strangers.length === 0) return;
    this.#learning.set(deviceId, new Set([...(this.#learning.get(deviceId) ?? []), ...strangers]));
    policy.known = learnRecipients(policy.known, strangers).known;
    if (this.#learning.size > MAX_LEARNING) this.#learning.delete(this.#learning.keys().next().value!);
  }

  /** One credential, while it is live. */
  credentialOf(id: string, now: number): PolicyCredentialRow | null {
    const row = this.#credentials.get(id);
    return row ? (this.credentialsOf(row.username, now).find((live) => live.id === id) ?? null) : null;
  }

  /** The live credentials of devices that may send from certain addresses without a login. Looks through all: for a household's few. */
  credentialsWithAddresses(now: number): PolicyCredentialRow[] {
    const devices = new Set<string>();
    for (const { id, allowedAddresses } of this.#devices.values()) if (allowedAddresses?.length) devices.add(id);
    if (devices.size === 0) return [];
    const rows = [...this.#credentials.values()].filter(({ deviceId }) => devices.has(deviceId));
    return rows.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
  }

  get counts(): { devices: number; credentials: number } {
    return { devices: this.#devices.size, credentials: this.#credentials.size };
  }

  /** What Postgres has by now is Postgres's: the owner may take it out again. */
  #forgetLearnt(row: PolicyDeviceRow): void {
    const learning = this.#learning.get(row.id);
    if (!learning) return;
    const stored = new Set([...row.learntRecipients, ...row.unconfirmedRecipients, ...row.refusedRecipients]);
    if ([...learning].every((address) => stored.has(address))) this.#learning.delete(row.id);
  }

  #keepCredential(row: PolicyCredentialRow): void {
    const others = (this.#byUsername.get(row.username) ?? []).filter(({ id }) => id !== row.id);
    if (row.isRevoked) {
      this.#credentials.delete(row.id);
      this.#byDigest.delete(row.passwordDigest);
    } else {
      this.#credentials.set(row.id, row);
      this.#byDigest.set(row.passwordDigest, row);
      others.push(row);
    }
    if (others.length) this.#byUsername.set(row.username, others);
    else this.#byUsername.delete(row.username);
  }
}

function keep<T extends { id: string }>(map: Map<string, T>, rows: T[], isGone: (row: T) => boolean): void {
  for (const row of rows) {
    if (isGone(row)) map.delete(row.id);
    else map.set(row.id, row);
  }
}

function compose(
  device: PolicyDeviceRow,
  {
    accountKey,
    hideSubjects,
    groupRules,
  }: { accountKey: string | null; hideSubjects: boolean; groupRules: MailRule[] },
): EdgePolicy {
  const { id, tenantId, mailboxId, name, recipientsMode, recipients, recipientDomains, allowPlainAuth, legacyTls } =
    device;
  // A snapshot that an earlier release saved has none of these.
  const { popBeforeSmtp = false, allowedAddresses = [] } = device as Partial<PolicyDeviceRow>;
  const { isDisabled, maxSizeBytes, timeZone, charset, quietHours, rules } = device;
  return {
    deviceId: id,
    tenantId,
    mailboxId,
    accountKey,
    deviceName: name,
    recipientsMode,
    recipients,
    recipientDomains,
    known: {
      learnt: device.learntRecipients.map((address) => address.toLowerCase()),
      unconfirmed: device.unconfirmedRecipients,
      refused: device.refusedRecipients,
    },
    allowPlainAuth,
    legacyTls,
    popBeforeSmtp,
    allowedAddresses,
    isDisabled,
    maxSizeBytes,
    hideSubjects,
    timeZone,
    charset,
    quietHours,
    rules: { device: rules, group: groupRules },
  };
}
