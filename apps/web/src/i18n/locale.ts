export const LOCALES = ['ja', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

export const LOCALE_COOKIE = 'hikyaku-locale';
export const THEME_COOKIE = 'hikyaku-theme';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export function isLocale(text: string | undefined): text is Locale {
  return LOCALES.includes(text as Locale);
}

/** The best of our languages for an Accept-Language header (RFC 9110, 12.5.4); English where none fits. */
export function negotiateLocale(header: string | null): Locale {
  const wanted = (header ?? '')
    .split(',')
    .map((item) => {
      const [tag = '', ...params] = item.trim().toLowerCase().split(';');
      const quality = params.map((param) => param.trim()).find((param) => param.startsWith('q='));
      return { language: tag.split('-')[0], quality: quality ? Number(quality.slice(2)) : 1 };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { language } of wanted) if (isLocale(language)) return language;
  return 'en';
}
