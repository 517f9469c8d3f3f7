import type { Device, Ports } from '@hikyaku/contracts';
import { type CredentialRow, type DeviceRow, silentAfterHoursOf } from '@hikyaku/db';

/** How devices reach this instance. */
export interface SmtpAccess {
  host: string;
  loginDomain: string;
  ports: Ports;
}

/** A device as the API shows it. `credentials` are the live ones of this device, newest first. */
export function describeDevice(row: DeviceRow, credentials: CredentialRow[], access: SmtpAccess): Device {
  const current = credentials.find(({ expiresAt }) => expiresAt === null);
  const old = credentials.find(({ expiresAt }) => expiresAt !== null);
  return {
    id: row.id,
    name: row.name,
    family: row.family,
    mailboxId: row.mailboxId,
    groupId: row.groupId,
    senderId: row.senderId,
    recipientsMode: row.recipientsMode,
    recipients: row.recipients,
    recipientDomains: row.recipientDomains,
    learntRecipients: row.learntRecipients,
    unconfirmedRecipients: row.unconfirmedRecipients,
    refusedRecipients: row.refusedRecipients,
    allowPlainAuth: row.allowPlainAuth,
    legacyTls: row.legacyTls,
    popBeforeSmtp: row.popBeforeSmtp,
    allowedAddresses: row.allowedAddresses,
    ratePerMinute: row.ratePerMinute,
    ratePerHour: row.ratePerHour,
    digestMinutes: row.digestMinutes,
    quietHours: row.quietHours as Device['quietHours'],
    maxSizeBytes: row.maxSizeBytes,
    subjectPrefix: row.subjectPrefix,
    timeZone: row.timeZone,
    charset: row.charset,
    smallerPictures: row.smallerPictures,
    silenceAfterHours: row.silenceAfterHours,
    fallbackMailboxId: row.fallbackMailboxId,
    contentChannel: row.contentChannelId ? { channelId: row.contentChannelId, mode: row.contentMode } : null,
    username: current?.username ?? null,
    login: current ? loginOf(current.username, access) : null,
    isDisabled: row.disabledAt !== null,
    oldPasswordUntil: old?.expiresAt?.toISOString() ?? null,
    lastMessageAt: row.lastMessageAt?.toISOString() ?? null,
    quietAfterHours: silentAfterHoursOf(row),
    refusal: refusalOf(row),
    createdAt: row.createdAt.toISOString(),
  };
}

function refusalOf({ refusedSince, refusedAt, refusedCount, refusedCode }: DeviceRow): Device['refusal'] {
  if (!refusedSince || !refusedAt || refusedCode === null) return null;
  return {
    since: refusedSince.toISOString(),
    lastAt: refusedAt.toISOString(),
    count: refusedCount,
    code: refusedCode,
  };
}

/** The user name with an `@`, for forms that insist on one. */
export const loginOf = (username: string, access: SmtpAccess): string => `${username}@${access.loginDomain}`;
