'use client';
import type { MessageDetail } from '@hikyaku/contracts';
import { Facts } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';
import { useSize } from '../../i18n/use-size.ts';
import { ItemLink } from '../shell/item-link.tsx';
import { isOwnMail } from './story-lines.ts';
import { useDeviceOf } from './use-device-of.ts';

/** The dry numbers, for whoever has to look closer. */
export function StoryFacts({ message }: { message: MessageDetail }) {
  const t = useTranslations('story');
  const deviceOf = useDeviceOf();
  const size = useSize();
  const dates = useDates();
  const door = message.door as 'submission';
  const content = message.hasContent
    ? message.contentUntil
      ? t('contentUntil', { when: dates.short(message.contentUntil) })
      : t('contentThere')
    : t('contentGone');
  return (
    <div className="grid gap-5">
      <Facts
        items={[
          {
            label: t('device'),
            value: message.deviceName ? (
              <ItemLink href={`/devices/${message.deviceId}`}>{message.deviceName}</ItemLink>
            ) : (
              deviceOf(message)
            ),
          },
          ...(message.provider === 'channel'
            ? // Whoever the mail names gets nothing of what goes to a chat.
              [{ label: t('channel'), value: message.mailboxAddress ?? '–' }]
            : [
                { label: t('mailbox'), value: message.mailboxAddress ?? '–' },
                { label: t('recipients'), value: message.recipients.join(', ') },
              ]),
          ...(isOwnMail(message) ? [] : [{ label: t('mailFrom'), value: message.mailFrom || t('mailFromEmpty') }]),
          { label: t('size'), value: size(message.sizeBytes) },
          { label: t('door'), value: t.has(`doorName.${door}`) ? t(`doorName.${door}`) : door },
          { label: t('queueId'), value: <code className="font-mono text-sm">{message.queueId}</code> },
          { label: t('messageId'), value: <code className="font-mono text-sm">{message.messageIdHeader}</code> },
        ]}
      />
      <p className="border-t border-line pt-4 text-sm text-ink-soft">{content}</p>
    </div>
  );
}
