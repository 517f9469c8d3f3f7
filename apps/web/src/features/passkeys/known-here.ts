const KEY = 'hikyaku-passkey';

/** Remembers that this browser has made or used a passkey here: from then on the sign-in page offers it where the address is typed. Never which. */
export function rememberPasskey(): void {
  try {
    window.localStorage.setItem(KEY, '1');
  } catch {
    // A browser that keeps nothing has the button.
  }
}

export function isPasskeyKnownHere(): boolean {
  try {
    return window.localStorage.getItem(KEY) === '1';
  } catch {
    return false;
  }
}
