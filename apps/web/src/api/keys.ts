/** The beginning of every list of mails; what follows are the values it is asked with, and the route that is asked. */
export const MESSAGE_LISTS = ['messages', 'list'] as const;

/** Query keys: the first word is what a live event names, so that an event refreshes all of its kind. */
export const keys = {
  me: ['me'] as const,
  instance: ['instance'] as const,
  tenant: ['tenant'] as const,
  signIns: ['sign-ins'] as const,
  passkeys: ['passkeys'] as const,
  linkedSignIns: ['linked-sign-ins'] as const,
  newcomer: ['newcomer'] as const,
  apiKeys: ['api-keys'] as const,
  deletions: ['deletions'] as const,
  overview: ['overview'] as const,
  seen: ['seen'] as const,
  mailboxes: ['mailboxes'] as const,
  /** Under the mailboxes: whatever is told of one may be about its senders. */
  allSenders: ['mailboxes', 'senders'] as const,
  senders: (mailboxId: string) => ['mailboxes', 'senders', mailboxId] as const,
  alerts: ['alerts'] as const,
  bounceAddress: ['bounce-address'] as const,
  allArrivals: ['arrivals'] as const,
  arrivals: (of: { deviceId: string } | { mailboxId: string }) => ['arrivals', of] as const,
  alertChannels: ['alert-channels'] as const,
  adminConsent: ['admin-consent'] as const,
  appOnlySetup: ['app-only-setup'] as const,
  senderRecords: (mailboxId: string, selector: string) => ['sender-records', mailboxId, selector] as const,
  smtpAccess: (mailboxId: string) => ['smtp-access', mailboxId] as const,
  devices: ['devices'] as const,
  /** Under the devices: their numbers follow them. */
  groups: ['devices', 'groups'] as const,
  usage: ['devices', 'usage'] as const,
  device: (id: string) => ['devices', id] as const,
  /** Not under the devices: a week's picture is not drawn anew for each mail. */
  deviceHours: (id: string) => ['device-hours', id] as const,
  /** Of a device or of a group of devices; not under them: rules that are being written must not be fetched anew beneath the hand. */
  rules: (of: { kind: string; id: string }) => ['rules', of] as const,
  sessions: (deviceId: string) => ['sessions', 'list', deviceId] as const,
  session: (id: string) => ['sessions', 'one', id] as const,
  messages: (filter: Record<string, string | undefined>) => [...MESSAGE_LISTS, filter, 'messages'] as const,
  log: (filter: Record<string, string | undefined>) => [...MESSAGE_LISTS, filter, 'log'] as const,
  message: (id: string) => ['messages', 'one', id] as const,
};
