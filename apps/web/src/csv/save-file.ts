/** Lets the browser save a text under a name; nothing of it leaves the page. */
export function saveFile(name: string, text: string, type: 'text/csv' | 'text/plain' = 'text/csv'): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  // The browser reads it after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
