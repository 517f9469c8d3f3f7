import type { SmtpDoorName } from '@hikyaku/core';

/** A text in both languages of the product. */
export interface LocalText {
  ja: string;
  en: string;
}

export type DeviceKind =
  | 'camera'
  | 'recorder'
  | 'software'
  | 'printer'
  | 'gateway'
  | 'router'
  | 'nas'
  | 'ups'
  | 'pdu'
  | 'bmc';

/** A field of the device's mail form, by what we would type there. */
export type FormField =
  | 'enable'
  | 'method'
  | 'server'
  | 'port'
  | 'encryption'
  | 'auth'
  | 'username'
  | 'password'
  | 'confirm'
  | 'senderName'
  | 'senderAddress'
  | 'recipients'
  | 'subject'
  | 'attachment'
  | 'interval'
  | 'popServer'
  | 'verify'
  | 'test';

/** What a form takes, in characters. Absent: not known. */
export interface FormLimits {
  serverMax?: number;
  /** The server field takes an IPv4 address only. */
  isServerAddressOnly?: boolean;
  usernameMin?: number;
  usernameMax?: number;
  /** Source of a regular expression that one character of the user name must match. */
  usernameCharacter?: string;
  passwordMin?: number;
  passwordMax?: number;
  passwordCharacter?: string;
  senderMax?: number;
  recipientMax?: number;
  recipientsMax?: number;
  subjectMax?: number;
}

/** What a family may need beside a user name and a password. */
export type DeviceNeed =
  /** A login without TLS must be allowed for the device. */
  | 'plain_auth'
  /** TLS 1.0 or 1.1 only, in some or all models. */
  | 'legacy_tls'
  | 'pop_before_smtp'
  /** It cannot log in: an address list at the edge, or a relay on the owner's own network. */
  | 'no_auth'
  /** It has no field for the port, or none that works: port 25. */
  | 'port_25'
  /** It checks our certificate's chain. */
  | 'trusted_certificate';

export type Encryption = 'none' | 'starttls' | 'implicit';

export interface DeviceFamily {
  /** Stable, kebab-case; in URLs. */
  id: string;
  vendor: string;
  /** Other names on the housing. */
  brands: readonly string[];
  name: LocalText;
  kind: DeviceKind;
  /** The way to the form on the device's own page; a missing language is not known. */
  menu?: Partial<LocalText>;
  /**
   * The words on the device's own page, in the order of its form, as far as somebody has read them there; a missing language is not known.
   * Never a translation of ours: the owner looks for these very words.
   */
  labels: { readonly [field in FormField]?: Partial<LocalText> };
  /** What to choose in the field for encryption, in the device's own words. */
  choices?: { readonly [mode in Encryption]?: Partial<LocalText> };
  /** Fields of ours that its form does not have. */
  lacks?: readonly FormField[];
  /** The port goes into the field for the server, as `server:port`. */
  isPortInServer?: boolean;
  /** It has one field for user name and sender, or logs in with the sender: the form with an `@` goes there. */
  isUserSender?: boolean;
  limits: FormLimits;
  defaultPort: number;
  encryption: readonly Encryption[];
  /** The door to try first. */
  door: SmtpDoorName;
  /** Doors to try next, in this order. */
  otherDoors: readonly SmtpDoorName[];
  needs: readonly DeviceNeed[];
  notes: readonly LocalText[];
  /**
   * `manual`: labels and limits from the maker's manual, SDK, page or source; `guide`: from others' guides or notes, another model may differ;
   * `general`: general knowledge, so no labels.
   */
  evidence: 'manual' | 'guide' | 'general';
}
