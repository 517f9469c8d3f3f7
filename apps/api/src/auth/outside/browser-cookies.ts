/** A cookie that scripts do not see and that comes back with the browser's own way to us from a provider. */
export interface BrowserCookies {
  read(header: string | undefined, name: string): string | undefined;
  write(name: string, value: string, maxAgeSeconds: number): string;
  /** Over. */
  end(name: string): string;
}

/** At https no other host of the domain can plant one (`__Host-`). */
export function browserCookies(publicUrl: string): BrowserCookies {
  const isHttps = publicUrl.startsWith('https:');
  const nameOf = (name: string) => `${isHttps ? '__Host-' : ''}hikyaku.${name}`;
  const write: BrowserCookies['write'] = (name, value, maxAgeSeconds) =>
    [
      `${nameOf(name)}=${value}`,
      `Max-Age=${maxAgeSeconds}`,
      'Path=/',
      'HttpOnly',
      'SameSite=Lax',
      ...(isHttps ? ['Secure'] : []),
    ].join('; ');
  return {
    read: (header, name) => {
      const begin = `${nameOf(name)}=`;
      const found = header?.split('; ').find((pair) => pair.startsWith(begin));
      return found?.slice(begin.length) || undefined;
    },
    write,
    end: (name) => write(name, '', 0),
  };
}
