'use client';
import type { Device, Mailbox } from '@hikyaku/contracts';
import { Badge } from '@hikyaku/ui';
import { CircleAlert, CircleCheck, CirclePause, CircleX, Hourglass, Moon } from 'lucide-react';
import { useNow, useTranslations } from 'next-intl';
import { conditionOf } from '../fleet/device-order.ts';

interface DeviceStateProps {
  device: Device;
  mailbox: Mailbox | undefined;
}

const LOOKS = {
  refused: { tone: 'bad', Icon: CircleX, key: 'stateRefused' },
  stuck: { tone: 'bad', Icon: CircleAlert, key: 'needsReconnect' },
  quiet: { tone: 'warn', Icon: Moon, key: 'stateQuiet' },
  unused: { tone: 'info', Icon: Hourglass, key: 'stateNew' },
  fine: { tone: 'ok', Icon: CircleCheck, key: 'stateOn' },
  paused: { tone: 'neutral', Icon: CirclePause, key: 'stateOff' },
} as const;

/** Often enough for what is counted in hours. */
const TICK_MS = 60_000;

/** Whether the device's mail gets through, as far as we can tell: the same word in its list and on its page. */
export function DeviceState({ device, mailbox }: DeviceStateProps) {
  const t = useTranslations('devices');
  const now = useNow({ updateInterval: TICK_MS });
  const condition = conditionOf({ device, mailbox }, now.getTime());
  const { tone, Icon, key } = LOOKS[condition];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden="true" className="size-4" />}>
      {t(condition === 'stuck' ? stuckBy(mailbox) : key)}
    </Badge>
  );
}

function stuckBy(mailbox: Mailbox | undefined) {
  if (!mailbox) return 'noMailbox';
  return mailbox.mend === 'try_again' ? 'mailboxStopped' : 'needsReconnect';
}
