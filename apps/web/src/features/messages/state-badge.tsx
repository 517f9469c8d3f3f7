'use client';
import type { MessageState, MessageSummary } from '@hikyaku/contracts';
import { Badge, type Tone } from '@hikyaku/ui';
import {
  Ban,
  CircleCheck,
  CircleHelp,
  CirclePause,
  CircleX,
  Clock,
  EyeOff,
  Layers,
  type LucideIcon,
  RotateCw,
  Send,
  ShieldAlert,
  TimerOff,
} from 'lucide-react';
import { useTranslations } from 'next-intl';

const LOOKS: Record<MessageState, { tone: Tone; Icon: LucideIcon }> = {
  queued: { tone: 'neutral', Icon: Clock },
  sending: { tone: 'info', Icon: Send },
  sent: { tone: 'ok', Icon: CircleCheck },
  deferred: { tone: 'warn', Icon: RotateCw },
  held: { tone: 'warn', Icon: CirclePause },
  in_doubt: { tone: 'warn', Icon: CircleHelp },
  digested: { tone: 'ok', Icon: Layers },
  suppressed: { tone: 'neutral', Icon: EyeOff },
  failed: { tone: 'bad', Icon: CircleX },
  expired: { tone: 'bad', Icon: TimerOff },
  cancelled: { tone: 'neutral', Icon: Ban },
  quarantined: { tone: 'bad', Icon: ShieldAlert },
};

/** "Handed to Microsoft 365": the state of a mail in the owner's words. */
export function StateBadge({ message }: { message: Pick<MessageSummary, 'state' | 'provider' | 'channelKind'> }) {
  const t = useTranslations('messages');
  const { tone, Icon } = LOOKS[message.state];
  const provider = t('provider', { provider: message.channelKind ?? message.provider ?? 'other' });
  return (
    <Badge tone={tone} icon={<Icon aria-hidden="true" className="size-4 shrink-0" />}>
      {t(`state.${message.state}`, { provider })}
    </Badge>
  );
}
