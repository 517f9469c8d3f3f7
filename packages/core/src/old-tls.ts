/** True for TLS 1.0 and 1.1, which a device may be forbidden to sign in over. `tls`: version and cipher as a session has them, null in plain. */
export function isOldTls(tls: string | null): boolean {
  return /^TLSv1(?:\.1)?(?: |$)/.test(tls ?? '');
}
