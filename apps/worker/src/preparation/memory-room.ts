/** Memory for whole mails between their reading and their sending. */
export interface MemoryRoom {
  /** Takes room for a mail; null when there is none, or the mail is too large. The answer gives it back, once however often it is called. */
  take(bytes: number): (() => void) | null;
}

/** Room for `maxBytes` in all, in mails of up to `maxMailBytes`. Nobody waits for it: who finds none reads his mail twice. */
export function createMemoryRoom(maxBytes: number, maxMailBytes: number): MemoryRoom {
  let taken = 0;
  return {
    take(bytes) {
      if (bytes > maxMailBytes || taken + bytes > maxBytes) return null;
      taken += bytes;
      let isBack = false;
      return () => {
        if (isBack) return;
        isBack = true;
        taken -= bytes;
      };
    },
  };
}
