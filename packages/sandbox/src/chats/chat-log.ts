import type { Clock } from '@hikyaku/core';

export const CHATS = ['telegram', 'line', 'slack'] as const;
export type Chat = (typeof CHATS)[number];

/** What a chat was told, whatever it answered. */
export interface ChatCall {
  chat: Chat;
  /** Behind the chat's origin. */
  path: string;
  /** Where it was to be shown, as far as the call names it. */
  to: string | null;
  type: string;
  body: Buffer;
  at: number;
}

export interface ChatLog {
  add(call: Omit<ChatCall, 'at'>): void;
  /** The newest first. */
  list(): ChatCall[];
  clear(): void;
}

const MAX_CALLS = 200;
const MAX_BYTES = 50 * 1024 * 1024;

/** The newest calls, in memory alone. */
export function createChatLog(clock: Clock): ChatLog {
  let calls: ChatCall[] = [];
  return {
    add(call) {
      let bytes = 0;
      calls = [{ ...call, at: clock.now() }, ...calls].slice(0, MAX_CALLS).filter(({ body }) => {
        bytes += body.length;
        return bytes <= MAX_BYTES;
      });
    },
    list: () => calls,
    clear: () => {
      calls = [];
    },
  };
}
