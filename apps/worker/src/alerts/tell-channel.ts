import { nextTryMs } from '@hikyaku/core';
import { type ClaimedNote, claimNote, type Database, recordTold, recordUntold } from '@hikyaku/db';
import { channelContext, type OwnMailTools, tellByMailbox, wordNote } from '@hikyaku/services';
import type { Logger } from '@hikyaku/telemetry';
import type { ChannelConfig, ChannelResult, Channels, Note } from '@hikyaku/upstreams';
import type { TokenBox } from '@hikyaku/vault';

export interface TellTools {
  database: Database;
  channels: Pick<Channels, 'tell'>;
  /** For channels by the tenant's own mailboxes. */
  ownMail: OwnMailTools;
  tokenBox: Pick<TokenBox, 'open'>;
  /** The dashboard's page of alerts. */
  alertsUrl: string;
  logger: Logger;
  now(): number;
}

/** Messages of one job: the next job goes on, behind other channels'. */
const MAX_NOTES = 5;

/** Tells by one channel what is due, one message after the other; a failure ends it, and what was not taken waits its time. */
export async function tellChannel(channelId: string, tools: TellTools): Promise<void> {
  const { database, logger } = tools;
  for (let told = 0; told < MAX_NOTES; told++) {
    const note = await claimNote(database, channelId);
    if (!note) return;
    const { channel, deliveries } = note;
    const sealed = Buffer.from(channel.configSealed);
    const config = JSON.parse(tools.tokenBox.open(channelContext(channel.id), sealed)) as ChannelConfig;
    const result = await tell(tools, channel, config, wordNote(note, new Date(tools.now()), tools.alertsUrl));
    const facts = { channelId, kind: channel.kind, tenantId: channel.tenantId, alerts: deliveries.length };
    if (result.isTold) {
      await recordTold(database, note, result.status);
      logger.info({ event: 'alert.told', ...facts });
      continue;
    }
    const { failure, status, retryAfterMs } = result;
    const tries = Math.max(...deliveries.map((delivery) => delivery.tries));
    const inMs = nextTryMs(tries, failure, retryAfterMs);
    await recordUntold(database, note, { failure, status, inMs });
    logger.warn({ event: 'alert.not_told', ...facts, failure, status, isGivenUp: inMs === null });
    return;
  }
}

function tell(
  tools: TellTools,
  { tenantId, language }: ClaimedNote['channel'],
  config: ChannelConfig,
  note: Note,
): Promise<ChannelResult> {
  if (config.kind !== 'mailbox') return tools.channels.tell(config, note);
  const by = { tenantId, language: language === 'ja' ? 'ja' : 'en', config } as const;
  return tellByMailbox({ ...tools.ownMail, database: tools.database }, by, note);
}
