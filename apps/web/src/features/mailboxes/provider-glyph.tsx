import type { ProviderName } from '@hikyaku/contracts';
import { classNames } from '@hikyaku/ui';

// Letters of our own: the providers' logos are theirs.
const GLYPHS: Record<ProviderName, { letter: string; look: string }> = {
  microsoft: { letter: 'O', look: 'bg-[#0f5ea8]' },
  google: { letter: 'G', look: 'bg-[#b3362b]' },
  smtp: { letter: '@', look: 'bg-[#4a5162]' },
};

export function ProviderGlyph({ provider, isLarge }: { provider: ProviderName; isLarge?: boolean }) {
  const { letter, look } = GLYPHS[provider];
  return (
    <span
      aria-hidden="true"
      className={classNames(
        'grid shrink-0 place-items-center rounded-md font-bold text-[#ffffff]',
        look,
        isLarge ? 'size-11 text-lg' : 'size-7 text-sm',
      )}
    >
      {letter}
    </span>
  );
}
