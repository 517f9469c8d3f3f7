/** Query keys: the first word is what a live event names, so that an event refreshes all of its kind. */
export const keys = {
  me: ['me'] as const,
  instance: ['instance'] as const,
  tenant: ['tenant'] as const,
  mailboxes: ['mailboxes'] as const,
  devices: ['devices'] as const,
  device: (id: string) => ['devices', id] as const,
  messages: (filter: Record<string, string | undefined>) => ['messages', 'list', filter] as const,
  message: (id: string) => ['messages', 'one', id] as const,
};
