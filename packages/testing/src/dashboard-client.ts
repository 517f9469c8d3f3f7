import { setTimeout as sleep } from 'node:timers/promises';

export interface ApiAnswer<T> {
  status: number;
  body: T;
  headers: Headers;
}

interface CreatedDevice {
  device: { id: string };
  credential: { username: string; password: string; host: string; ports: Record<string, number> };
}

export interface MessageView {
  id: string;
  queueId: string;
  state: string;
  stateCode: string | null;
  subject: string | null;
  recipients: string[];
  deviceId: string;
}

/** A person at the dashboard without a browser: cookies, redirects, the API. */
export class DashboardClient {
  readonly baseUrl: string;
  readonly cookies = new Map<string, string>();

  constructor(baseUrl: string) {
    this.baseUrl = baseUrl;
  }

  /** One request to our own origin with this person's cookies; redirects are not followed. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.cookies.size)
      headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const answer = await fetch(new URL(path, this.baseUrl), { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const cut = pair!.indexOf('=');
      const value = pair!.slice(cut + 1);
      if (value === '' || /max-age=0/i.test(line)) this.cookies.delete(pair!.slice(0, cut));
      else this.cookies.set(pair!.slice(0, cut), value);
    }
    return answer;
  }

  async api<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<ApiAnswer<T>> {
    const answer = await this.request(path.startsWith('/') ? path : `/api/v1/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return { status: answer.status, body: (isJson ? JSON.parse(text) : text) as T, headers: answer.headers };
  }

  /** Like `api`, and an error when the status is not 2xx. */
  async must<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.api<T>(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async signUp(email: string, password = 'correct horse battery staple'): Promise<void> {
    await this.must('POST', '/api/auth/sign-up/email', { email, password, name: email.split('@')[0] });
  }

  async signIn(email: string, password = 'correct horse battery staple'): Promise<number> {
    return (await this.api('POST', '/api/auth/sign-in/email', { email, password })).status;
  }

  /**
   * Connects a sandbox mailbox by the whole OAuth redirect (the sandbox must be in `consent: "auto"`).
   * Returns the id of the mailbox, or throws with the error code that the dashboard would show.
   */
  async connectMailbox(provider: 'microsoft' | 'google', address: string): Promise<string> {
    let location = `/api/v1/mailboxes/connect/${provider}?login_hint=${encodeURIComponent(address)}`;
    for (let hop = 0; hop < 8; hop++) {
      const url = new URL(location, this.baseUrl);
      const isOurs = url.origin === new URL(this.baseUrl).origin;
      const answer = isOurs ? await this.request(url.pathname + url.search) : await fetch(url, { redirect: 'manual' });
      const next = answer.headers.get('location');
      if (!next)
        throw new Error(
          `connecting stopped at ${url.pathname} with ${answer.status}: ${(await answer.text()).slice(0, 300)}`,
        );
      location = new URL(next, url).toString();
      const landed = new URL(location);
      if (landed.pathname !== '/mailboxes') continue;
      const connected = landed.searchParams.get('connected');
      if (!connected) throw new Error(`connecting failed: ${landed.searchParams.get('error')}`);
      return connected;
    }
    throw new Error('connecting went round in circles');
  }

  createDevice(mailboxId: string, policy: Record<string, unknown> = {}): Promise<CreatedDevice> {
    return this.must<CreatedDevice>('POST', 'devices', { name: 'Gate camera', mailboxId, ...policy });
  }

  async messages(query = ''): Promise<MessageView[]> {
    return (await this.must<{ items: MessageView[] }>('GET', `messages?limit=100${query}`)).items;
  }

  /** Waits until `isThere` is true of the newest messages; returns them. */
  async waitForMessages(isThere: (items: MessageView[]) => boolean, limitMs = 30_000): Promise<MessageView[]> {
    const deadline = Date.now() + limitMs;
    for (;;) {
      const items = await this.messages();
      if (isThere(items)) return items;
      if (Date.now() > deadline)
        throw new Error(
          `waited ${limitMs} ms: ${JSON.stringify(items.map(({ state, stateCode, subject }) => ({ state, stateCode, subject })))}`,
        );
      await sleep(50);
    }
  }
}

export interface SandboxMail {
  id: string;
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
  sizeBytes: number;
  at: string;
  /** Base64 of the RFC 5322 bytes. */
  raw: string;
}

/** The sandbox seen from a test: its knobs and what it holds. */
export function sandboxClient(sandboxUrl: string) {
  const post = async (path: string, body: unknown): Promise<void> => {
    const answer = await fetch(`${sandboxUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`sandbox ${path}: ${answer.status} ${await answer.text()}`);
  };
  return {
    knobs: (settings: Record<string, unknown>) => post('/knobs', settings),
    reset: () => post('/reset', {}),
    async mails(address: string, box: 'sent' | 'inbox'): Promise<SandboxMail[]> {
      const answer = await fetch(`${sandboxUrl}/mailboxes/${encodeURIComponent(address)}/${box}`);
      return answer.status === 404 ? [] : ((await answer.json()) as { items: SandboxMail[] }).items;
    },
    /** What Telegram, LINE and Slack's bots were told, the newest first; `raw` in base64. */
    async chats(): Promise<{ chat: string; path: string; to: string | null; raw: string }[]> {
      const answer = await fetch(`${sandboxUrl}/chats`);
      return ((await answer.json()) as { items: { chat: string; path: string; to: string | null; raw: string }[] })
        .items;
    },
  };
}
