import type { DoorName } from '../door.ts';
import type { ErrorCode } from '../errors/error-table.ts';

/** Why a login was refused, as far as the edge can tell. */
export type LoginRefusal =
  | 'unknown_user'
  | 'wrong_password'
  | 'old_password'
  | 'plain_refused'
  | 'old_tls'
  | 'mechanism'
  | 'device_deleted'
  | 'malformed'
  | 'cancelled'
  | 'empty_user'
  | 'mailbox_address'
  | 'swapped'
  | 'unavailable';

/** What is odd about a password that did not fit. Says nothing of the password itself but these. */
export type PasswordOddity =
  | 'empty'
  | 'too_short'
  | 'too_long'
  | 'look_alikes'
  | 'full_width'
  | 'other_characters'
  | 'upper_case_only'
  | 'is_username'
  | 'as_username'
  | 'twice'
  | 'masked'
  | 'app_password';

export interface LoginTry {
  /** `PLAIN`, `LOGIN`, or what the device asked for instead. */
  mechanism: string;
  /**
   * A known user name. Of others the edge's lane tells those that are near to one, or the tenant's own mailbox, and masks the rest: people type
   * passwords there.
   */
  username: string | null;
  /** Null: it was let in. */
  refusal: LoginRefusal | null;
  oddities: PasswordOddity[];
  /** Characters of the password that count, of a refused one; ours have 16. */
  passwordLength: number | null;
  /** Milliseconds since the epoch: until when the old password is (or was) good. Only of a login with an old password. */
  oldUntil: number | null;
  /** `wrong_password`: the user name of the same tenant's device whose password it is. */
  passwordOf?: string | null;
}

/**
 * `version`, `cipher`: the client is too old for the door. `certificate`: it refused ours. `gone`, `slow`: it never finished. `not_tls`: what came was
 * something else.
 */
export type TlsFailure = 'version' | 'cipher' | 'certificate' | 'gone' | 'slow' | 'not_tls' | 'other';

/** What came to a door of mail and is none, where its first line says so. */
export type SpokenProtocol = 'HTTP' | 'RTSP' | 'SIP' | 'IMAP' | 'SSH';

export type SessionEnd = 'quit' | 'closed' | 'idle' | 'errors' | 'shutdown' | 'refused';

/** Whose limit or list it was: a mode of recipients, the device's own size or the relay's, all of a tenant's connections. */
export type RefusalScope = 'device' | 'domains' | 'allow' | 'replace' | 'relay' | 'tenant';

/** A line of a dialogue. `at`: milliseconds since the session's beginning. Never a password, never content. */
export interface SessionLine {
  at: number;
  by: 'device' | 'server' | 'note';
  text: string;
}

/** What its owner sees of a session while it runs. `user_tried`: a login was tried, whatever came of it. */
export type SessionStep = 'connected' | 'encrypted' | 'user_tried' | 'signed_in' | 'accepted';

/** One SMTP session as the edge saw it. */
export interface SessionRecord {
  id: string;
  door: DoorName;
  doorTls: 'starttls' | 'implicit';
  isLegacyDoor: boolean;
  address: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  endedAt: number | null;
  /** TLS version and cipher; null in plain. */
  tls: string | null;
  /** The client spoke TLS on a door that starts in plain. */
  isTlsFirst: boolean;
  /** What came first on a door that starts with TLS, when it was not TLS. */
  notTls: 'plain' | 'silent' | null;
  tlsFailure: TlsFailure | null;
  /** The certificates that the client was shown, by name, up to the authority that it has to know. */
  chain?: string | null;
  hello: string | null;
  commands: number;
  /** Of those, how many came after TLS was set up. */
  commandsInTls: number;
  unknownCommands: number;
  /** A command of the other protocol came: of POP at an SMTP door, of SMTP at a POP door. */
  isOtherProtocol: boolean;
  /** The first that neither door speaks. */
  spoken?: SpokenProtocol | null;
  /** The first command of a mail that was refused for its form, as it may be kept, and our reply. */
  refusedCommand: { line: string; reply: string } | null;
  /** A mail was begun and its data never came: recipients that it had by then. */
  begunMail: { recipients: number } | null;
  /** The last one. */
  login: LoginTry | null;
  /** The last refusal of a command or a mail by one of our errors, with the value that it was about. */
  refusal: { code: ErrorCode; value: string | null; limit: string | null; scope?: RefusalScope | null } | null;
  messageIds: string[];
  /** Bytes of a mail whose end never came. */
  unfinishedBytes: number | null;
  end: SessionEnd | null;
  /** Each once, when it was first taken; `at`: milliseconds since the beginning. */
  steps: { step: SessionStep; at: number }[];
  lines: SessionLine[];
}
