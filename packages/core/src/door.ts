/** Names of the SMTP doors. */
export type SmtpDoorName = 'submission' | 'alternative' | 'smtps' | 'smtp25' | 'legacy-submission' | 'legacy-smtps';
export type DoorName = SmtpDoorName | 'pop3' | 'pop3s';
/** What stands in the place of a door at the relay's own mail, which came by none: such a mail is no sign of life of a device. */
export const OWN_DOOR = 'dashboard';

interface DoorOf<Protocol extends string, Name extends DoorName> {
  /** Stable name, kept with each message and session. */
  name: Name;
  /** What is spoken there. POP3 is for POP before SMTP: no mail is ever there. */
  protocol: Protocol;
  port: number;
  /** `starttls`: plain at first, STARTTLS (POP3: STLS) offered; `implicit`: TLS from the first byte. */
  tls: 'starttls' | 'implicit';
  /** Legacy doors also take TLS 1.0 and 1.1. */
  isLegacy: boolean;
}

/** A listener of the edge. */
export type Door = DoorOf<'smtp', SmtpDoorName> | DoorOf<'pop3', 'pop3' | 'pop3s'>;
