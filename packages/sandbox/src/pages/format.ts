import type { PageLanguage } from './language.ts';

/** Local time of this machine, to the second: two alerts of one minute must be told apart. */
export function formatTime(at: number, language: PageLanguage): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
}

/** `1.2 MB`, in steps of 1024 as the devices' manuals count. */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
