import { type ChannelFailure, newId } from '@hikyaku/core';
import { insertMessages, type NewMessage } from '@hikyaku/db';
import { channelContext } from '@hikyaku/services';
import { createMetrics } from '@hikyaku/telemetry';
import { outboxReadable } from '@hikyaku/testing';
import { type ChannelConfig, type Channels, type Note, paceOf } from '@hikyaku/upstreams';
import { openContentSealer } from '@hikyaku/vault';
import { ALERT_LOOKS, ALERTING } from '../src/alerts/alert-steps.ts';
import { tellChannel } from '../src/alerts/tell-channel.ts';
import { createWorkerMetrics } from '../src/metrics.ts';
import { runSteps, type SweepTools } from '../src/sweep/sweep.ts';
import { LIMITS, logger, type Place, type Scene } from './scene.ts';

/** A receiver: keeps what it is told, and refuses while it is told to. */
export function receiver() {
  const told: { config: ChannelConfig; note: Note }[] = [];
  const state: { failure: ChannelFailure | null } = { failure: null };
  const tell: Channels['tell'] = async (config, note) => {
    if (state.failure) return { isTold: false, failure: state.failure, status: 503 };
    told.push({ config, note });
    return { isTold: true, status: 200 };
  };
  return { told, state, tell };
}

/** One round of the loops, as if the wait before telling were over, and the jobs that it asks for. */
export async function tellRound(
  scene: Scene,
  { tell }: Pick<Channels, 'tell'>,
  tenantId: string,
  canMail = false,
  insert = (messages: NewMessage[]) => insertMessages(scene.db.system, messages, null),
): Promise<void> {
  const database = scene.db.system;
  const due: string[] = [];
  const tools = {
    ...{ database, logger, canMail, tokenBox: scene.tokenBox, metrics: createWorkerMetrics(createMetrics('worker')) },
    ...{ now: () => Date.now(), random: () => 0, stopping: new AbortController().signal },
    ...{ paceOf: (accountKey: string) => paceOf(accountKey, null, LIMITS), leastPerDay: LIMITS.GMAIL_PER_DAY },
    channels: { add: async ({ channelId }: { channelId: string }) => void due.push(channelId) },
  } as unknown as SweepTools;
  await outboxReadable(scene.db.owner);
  await runSteps({ follow: ALERTING.alerts!, ...ALERT_LOOKS }, tools);
  await scene.db.owner.query(
    'UPDATE alerts SET tell_at = now() WHERE tenant_id = $1 AND told = 0 AND tell_at IS NOT NULL',
    [tenantId],
  );
  await runSteps(ALERTING, tools);
  for (const channelId of due) {
    await tellChannel(channelId, {
      ...{ database, logger, channels: { tell }, tokenBox: scene.tokenBox, now: () => Date.now() },
      alertsUrl: 'https://relay.example/alerts',
      ownMail: {
        ...{ contentSealer: openContentSealer(scene.keys.rows), spool: scene.spool, insertMessages: insert },
        ...{ queue: { wake: async () => {} }, messageIdDomain: 'relay.example' },
      },
    });
  }
}

export async function addChannelTo(
  scene: Scene,
  tenantId: string,
  language = 'en',
  of: ChannelConfig = { kind: 'slack', url: 'https://hooks.slack.example/secret' },
): Promise<string> {
  const id = newId();
  const config = JSON.stringify(of);
  await scene.db.owner.query(
    `INSERT INTO alert_channels (id, tenant_id, kind, name, language, target, config_sealed) VALUES ($1, $2, $5, 'Ours', $3, 'hooks.slack.example', $4)`,
    [id, tenantId, language, scene.tokenBox.seal(channelContext(id), config), of.kind],
  );
  return id;
}

export const setMailboxOf = (scene: Scene, place: Place, state: string, code: string | null) =>
  scene.db.owner.query('UPDATE mailboxes SET state = $2, state_code = $3 WHERE id = $1', [
    place.mailbox.id,
    state,
    code,
  ]);
export const titles = ({ told }: ReturnType<typeof receiver>) => told.map(({ note }) => note.title);
