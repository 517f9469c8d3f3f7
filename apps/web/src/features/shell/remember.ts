const YEAR_S = 365 * 24 * 3600;

/** Keeps a choice of this browser for a year, where the server sees it at the next page. Never a secret. */
export function rememberInCookie(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API does not exist on plain http
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${YEAR_S}; samesite=lax`;
}
