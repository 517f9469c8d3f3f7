'use client';
import { Button, classNames, Field, Input, Select } from '@hikyaku/ui';
import { SlidersHorizontal } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useId, useState } from 'react';
import { useDevices } from '../devices/queries.ts';
import type { MessageFilter } from './queries.ts';
import { StateChips } from './state-chips.tsx';

// One request when somebody stops typing, not one a letter.
const TYPING_PAUSE_MS = 300;

interface FilterBarProps {
  filter: MessageFilter;
  onChange: (part: MessageFilter) => void;
}

/** Words in one row; on a narrow screen the rest lies behind a button that says how much of it is set. */
export function FilterBar({ filter, onChange }: FilterBarProps) {
  const t = useTranslations('messages');
  const { data: devices } = useDevices();
  const [isOpen, setIsOpen] = useState(false);
  const restId = useId();
  const set = [filter.deviceId, filter.from, filter.to, filter.state].filter(Boolean).length;
  const [text, setText] = useState(filter.q ?? '');

  useEffect(() => setText(filter.q ?? ''), [filter.q]);
  useEffect(() => {
    const q = text.trim();
    if (q === (filter.q ?? '')) return;
    const timer = setTimeout(() => onChange({ q: q || undefined }), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, filter.q, onChange]);

  return (
    <search className="mb-5 grid grid-cols-2 gap-3 lg:grid-cols-[2fr_1fr_1fr_1fr]">
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-2 max-lg:col-span-2 lg:grid-cols-1">
        <Field label={t('filterSearch')}>
          <Input
            type="search"
            value={text}
            maxLength={100}
            onChange={(event) => setText(event.target.value)}
            placeholder={t('searchPlaceholder')}
          />
        </Field>
        <Button
          tone="secondary"
          aria-expanded={isOpen}
          aria-controls={restId}
          onClick={() => setIsOpen(!isOpen)}
          className="lg:hidden"
        >
          <SlidersHorizontal aria-hidden="true" className="size-5" />
          {set ? t('filterMoreSet', { count: set }) : t('filterMore')}
        </Button>
      </div>
      <div id={restId} className={classNames('contents', !isOpen && 'max-lg:hidden')}>
        <div className="max-lg:col-span-2">
          <Field label={t('filterDevice')}>
            <Select value={filter.deviceId ?? ''} onChange={(event) => onChange({ deviceId: event.target.value })}>
              <option value="">{t('allDevices')}</option>
              {devices?.pages.flatMap((page) =>
                page.items.map((device) => (
                  <option key={device.id} value={device.id}>
                    {device.name}
                  </option>
                )),
              )}
            </Select>
          </Field>
        </div>
        {(['from', 'to'] as const).map((name) => (
          <Field key={name} label={t(name === 'from' ? 'filterFrom' : 'filterTo')}>
            <Input
              type="date"
              // Two of them stand side by side on a narrow phone.
              className="max-sm:px-2"
              value={filter[name] ?? ''}
              onChange={(event) => onChange({ [name]: event.target.value || undefined })}
            />
          </Field>
        ))}
        <StateChips states={filter.state} onChange={(state) => onChange({ state })} />
      </div>
    </search>
  );
}
