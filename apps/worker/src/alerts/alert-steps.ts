import { dayAlert, leastForDayAlert, newId } from '@hikyaku/core';
import {
  addFirstChannel,
  beginDayAlerts,
  endAlerts,
  findDueChannels,
  findLateMailboxes,
  findSilentDevices,
  findUntold,
  followOutbox,
  keepRhythms,
  pruneAlerts,
  readDayUses,
  tellAlerts,
} from '@hikyaku/db';
import { channelContext } from '@hikyaku/services';
import { byTrustedClock } from '../sweep/by-trusted-clock.ts';
import { inShares, ROWS_PER_STATEMENT } from '../sweep/in-shares.ts';
import type { SweepStep, SweepTools } from '../sweep/sweep.ts';

/** Statements per step and round, as for the counts. */
const STATEMENTS = 40;
/** Alerts whose telling is written in a round, devices that fall silent, channels that are woken. */
const ALERTS = 500;

const sharesOf = ({ stopping }: SweepTools) => ({ statements: STATEMENTS, stopping });

/** What is done every second: alerts follow the outbox, and what is due is told. */
export const ALERTING: Record<string, SweepStep> = {
  async alerts(tools) {
    await inShares(() => followOutbox(tools.database, 10 * ROWS_PER_STATEMENT), sharesOf(tools));
  },

  /** Who never chose how to be told is told by mail, where the operator can send some. */
  async firstChannels(tools) {
    if (!tools.canMail) return;
    for (const { tenantId, address, language } of await findUntold(tools.database, ALERTS)) {
      const id = newId(tools.now());
      const config = { kind: 'mail', address };
      const configSealed = tools.tokenBox.seal(channelContext(id), JSON.stringify(config));
      const channel = { id, tenantId, address, configSealed, language: language === 'ja' ? 'ja' : 'en' } as const;
      await addFirstChannel(tools.database, channel);
    }
  },

  async tellings(tools) {
    await tellAlerts(tools.database, ALERTS);
    for (const channelId of await findDueChannels(tools.database, ALERTS)) {
      await tools.channels.add({ channelId }, { id: channelId });
    }
  },
};

/** What the tables say and no change does: silence, lateness, ends. Every minute. */
export const ALERT_LOOKS: Record<string, SweepStep> = {
  async rhythms(tools) {
    await inShares(() => keepRhythms(tools.database, ROWS_PER_STATEMENT), sharesOf(tools));
  },
  async silentDevices(tools) {
    await findSilentDevices(tools.database, ALERTS);
  },
  async lateMailboxes(tools) {
    await findLateMailboxes(tools.database);
  },
  async daysUsed(tools) {
    const uses = await readDayUses(tools.database, leastForDayAlert(tools.leastPerDay));
    const found = uses.flatMap(({ open, ...use }) => {
      const perDay = tools.paceOf(use.accountKey, use.address).day?.perDay;
      const code = perDay ? dayAlert(use.sent, perDay) : null;
      // Once it is used up, nobody wants to hear that it nearly is.
      const isSaid = code === null || open.includes(code) || open.includes('mailbox.daily_limit');
      return isSaid ? [] : [{ ...use, code, perDay: perDay! }];
    });
    await beginDayAlerts(tools.database, found);
  },
  async endedAlerts(tools) {
    await endAlerts(tools.database);
  },
  oldAlerts: byTrustedClock(async (tools) => {
    await inShares(() => pruneAlerts(tools.database, 10 * ROWS_PER_STATEMENT), sharesOf(tools));
  }),
};
