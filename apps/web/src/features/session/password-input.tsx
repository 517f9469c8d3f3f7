'use client';
import { Input } from '@hikyaku/ui';
import { Eye, EyeOff } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ComponentProps, useState } from 'react';

/** A password field that can be looked at: typing on a phone is hard enough. */
export function PasswordInput(props: ComponentProps<typeof Input>) {
  const t = useTranslations('session');
  const [isShown, setIsShown] = useState(false);
  const Icon = isShown ? EyeOff : Eye;
  return (
    <div className="relative">
      <Input {...props} type={isShown ? 'text' : 'password'} className="pr-13" />
      <button
        type="button"
        onClick={() => setIsShown(!isShown)}
        aria-label={isShown ? t('hidePassword') : t('showPassword')}
        className="absolute inset-y-0 right-0 grid w-12 cursor-pointer place-items-center rounded-md text-ink-soft hover:text-ink"
      >
        <Icon aria-hidden="true" className="size-5" />
      </button>
    </div>
  );
}
