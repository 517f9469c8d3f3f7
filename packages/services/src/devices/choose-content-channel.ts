import type { Device, DeviceContentChannel } from '@hikyaku/contracts';
import { CONTENT_CHANNEL_KINDS, type EnvironmentName } from '@hikyaku/core';
import {
  addAuditEntry,
  cancelForChannel,
  findChannel,
  findDevice,
  openContentChannel,
  writeContentChannel,
} from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { type ChannelTools, channelContext } from '../alerts/channels.ts';
import { found, requireFields, type ServiceContext } from '../context.ts';
import type { SmtpAccess } from './describe.ts';
import { getDevice } from './get.ts';

/**
 * The owner's word that a channel of his gets the subjects and pictures of this device's mails, beside their recipients or instead of them; or that none does any more: copies that wait end then
 * (ADR 0037).
 * @throws RelayError `api.forbidden`, `api.not_found`, `api.invalid` (no such channel, or one that takes no pictures)
 */
export async function chooseContentChannel(
  context: ServiceContext,
  tools: Omit<ChannelTools, 'pushKey'> & { environment: EnvironmentName; access: SmtpAccess },
  id: string,
  { channelId, mode }: DeviceContentChannel,
): Promise<Device> {
  requirePermission(context, 'devices.change');
  const before = found(await findDevice(context, id));
  if (channelId !== null) await open(context, tools, channelId);
  const wasCopied = before.contentChannelId !== null && before.contentMode === 'beside';
  if (wasCopied && before.contentChannelId !== channelId) await cancelForChannel(context, before.contentChannelId!, id);
  await writeContentChannel(context, id, { contentChannelId: channelId, contentMode: mode });
  await addAuditEntry(context, {
    ...{ actor: context.actor.name, action: 'device.content_channel_changed', target: id },
    data: channelId === null ? { channelId } : { channelId, mode },
  });
  return getDevice(context, tools.access, id);
}

/** The channel as mail goes to it, with its secret as it is now. */
async function open(
  context: ServiceContext,
  tools: Omit<ChannelTools, 'pushKey'> & { environment: EnvironmentName },
  channelId: string,
): Promise<void> {
  const channel = await findChannel(context, channelId);
  if (!channel) return requireFields({ channelId: 'is not one of your channels' });
  const kind = CONTENT_CHANNEL_KINDS.find((known) => known === channel.kind);
  if (!kind || !tools.channels.kinds.includes(kind)) return requireFields({ channelId: 'takes no pictures' });
  const config = tools.tokenBox.open(channelContext(channelId), Buffer.from(channel.configSealed));
  await openContentChannel(context, {
    ...{ id: channelId, kind, name: channel.name, environment: tools.environment },
    secretSealed: tools.tokenBox.seal(channelId, config),
  });
}
