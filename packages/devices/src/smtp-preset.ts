import type { LocalText } from './device-family.ts';

/** A port of a mail service, and whether TLS starts with the first byte or after the greeting. */
export interface SmtpServicePort {
  port: number;
  security: 'tls' | 'starttls';
}

/** What a mail service asks for before it takes mail by SMTP. */
export interface SmtpPreset {
  /** Stable, kebab-case. */
  id: string;
  name: LocalText;
  /** Null: every customer has a server of his own. */
  host: string | null;
  /** What the name of such a server looks like, and the domain they all are in. */
  hostExample?: string;
  hostDomain?: string;
  /** The port to try first, then the others. */
  ports: readonly SmtpServicePort[];
  /** The whole mail address, its part before the `@`, or a name that the service has made. */
  username: 'address' | 'local_part' | 'issued';
  /** The account's own password, an app password made at the service, or one that came with the user name. */
  password: 'own' | 'app' | 'issued';
  /** Domains of its mail addresses, lower case. */
  domains: readonly string[];
  /** What its customer has to know or do first. */
  notes: readonly LocalText[];
  /** `documents`: the service's own pages; `reports`: others' working settings. */
  evidence: 'documents' | 'reports';
}
