import { setNonce } from 'get-nonce';

/** Radix's scroll lock adds a style element; with the page's nonce the content security policy lets it. Call once, before a dialog opens. */
export function setStyleNonce(nonce: string): void {
  setNonce(nonce);
}
