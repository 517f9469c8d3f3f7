import { DashboardClient } from '@hikyaku/testing';

export interface RecordedAnswer {
  request: string;
  status: number;
  location: string | null;
  /** Pages of the dashboard are left out: Next writes a page's own address into it. */
  body: string;
}

/** A person whose every answer is kept, and who remembers what must stay secret: what was typed, set as a cookie, or passed through the browser. */
export class Recorder extends DashboardClient {
  readonly answers: RecordedAnswer[] = [];
  /** Secret → what it is. */
  readonly secrets: Map<string, string>;

  constructor(baseUrl: string, secrets: Map<string, string>) {
    super(baseUrl);
    this.secrets = secrets;
  }

  override async request(path: string, init: RequestInit = {}): Promise<Response> {
    const answer = await super.request(path, init);
    for (const [name, value] of this.cookies) {
      if (!name.endsWith('session_token')) continue;
      this.secrets.set(value, 'session cookie');
      this.secrets.set(decodeURIComponent(value), 'session cookie');
      this.secrets.set(decodeURIComponent(value).split('.')[0]!, 'session token');
    }
    const isRead = !/^text\/(html|event-stream)/.test(answer.headers.get('content-type') ?? '');
    this.answers.push({
      request: `${init.method ?? 'GET'} ${path}`,
      status: answer.status,
      location: answer.headers.get('location'),
      body: isRead ? await answer.clone().text() : '',
    });
    return answer;
  }

  /** As `connectMailbox`, with an eye on every address that the browser is sent to. Returns the mailbox's id. */
  async connect(provider: 'microsoft' | 'google', address: string): Promise<string> {
    let url = new URL(`/api/v1/mailboxes/connect/${provider}?login_hint=${encodeURIComponent(address)}`, this.baseUrl);
    for (let hop = 0; hop < 8; hop++) {
      for (const name of ['code', 'state']) {
        const value = url.searchParams.get(name);
        if (value) this.secrets.set(value, `OAuth ${name}`);
      }
      const isOurs = url.origin === new URL(this.baseUrl).origin;
      const connected = isOurs ? url.searchParams.get('connected') : null;
      if (connected) return connected;
      const answer = isOurs ? await this.request(url.pathname + url.search) : await fetch(url, { redirect: 'manual' });
      const next = answer.headers.get('location');
      if (!next) throw new Error(`connecting ${address} stopped at ${url.pathname} with ${answer.status}`);
      url = new URL(next, url);
    }
    throw new Error(`connecting ${address} went round in circles`);
  }
}
