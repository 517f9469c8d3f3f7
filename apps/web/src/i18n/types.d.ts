import type { messages } from '../../messages/en.ts';
import type { Locale } from './locale.ts';

declare module 'next-intl' {
  interface AppConfig {
    Messages: typeof messages;
    Locale: Locale;
  }
}
