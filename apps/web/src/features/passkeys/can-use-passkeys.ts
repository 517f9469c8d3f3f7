/** Whether this browser can do passkeys at the address at which it has the page: they belong to a host name, and want https (or localhost). */
export function canUsePasskeys(): boolean {
  const isNumber = /^[\d.]+$|^\[/.test(window.location.hostname);
  return window.isSecureContext && !isNumber && typeof window.PublicKeyCredential === 'function';
}
