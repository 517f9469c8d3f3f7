/** Error body of a Google API (facts 2.2). Branch on `reason`, never on `message`; the retry time alone is in the message. */
export interface GoogleErrorBody {
  error?: {
    code?: number;
    message?: string;
    status?: string;
    errors?: { reason?: string; domain?: string }[];
    details?: { reason?: string }[];
  };
}

/** Answer of `users.messages.send`. */
export interface GmailSent {
  id?: string | null;
}

/** Error body of the token endpoint. */
export interface GoogleTokenErrorBody {
  error?: string;
  error_description?: string;
  error_subtype?: string;
}

/** What gaxios throws, as far as it is safe to read: its `config` holds the request, secrets included. */
export interface GaxiosErrorShape {
  code?: string;
  response?: { status?: number; data?: unknown; headers?: { get(name: string): string | null } };
}
