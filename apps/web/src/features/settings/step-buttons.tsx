'use client';
import { Button } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';

interface StepButtonsProps {
  submitLabel: string;
  isBusy: boolean;
  /** Something was typed that can be sent. */
  isReady: boolean;
  onCancel(): void;
}

/** On with a step of a form, or out of it. */
export function StepButtons({ submitLabel, isBusy, isReady, onCancel }: StepButtonsProps) {
  const common = useTranslations('common');
  return (
    <div className="flex flex-wrap gap-3">
      <Button type="submit" isBusy={isBusy} disabled={!isReady} className="max-sm:w-full">
        {submitLabel}
      </Button>
      <Button tone="quiet" onClick={onCancel} className="max-sm:w-full">
        {common('cancel')}
      </Button>
    </div>
  );
}
