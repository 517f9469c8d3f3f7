import { ApiProblem } from './problem.ts';
import { readAnswer } from './read-answer.ts';
import { sameWishes } from './same-wish.ts';

// A phone on a bad line: after this the page says so instead of turning for ever.
const TIMEOUT_MS = 20_000;

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

interface RequestOptions {
  signal?: AbortSignal | undefined;
  /** For what is slow by its nature. */
  timeoutMs?: number;
}

/** What the browser calls its zone; a browser that names none is told the account's or UTC. */
const ownZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone ?? '';

async function send(
  method: Method,
  path: string,
  body: unknown,
  { signal, timeoutMs = TIMEOUT_MS }: RequestOptions,
): Promise<Response> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: {
        accept: 'application/json',
        // Texts of the api in the language of the page, which need not be the browser's, and with times of the reader's clock.
        ...(typeof document === 'undefined'
          ? {}
          : { 'accept-language': document.documentElement.lang, 'x-time-zone': ownZone() }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    throw new ApiProblem(0, {});
  }
}

const askOnce = sameWishes();

/**
 * One call of our own api, by path. Answers the JSON body (undefined when there is none). A change that is asked for twice at once is asked once.
 * @throws ApiProblem with the code of the error registry; status 0 when the relay cannot be reached.
 */
export function request<Answer>(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  timeoutMs?: number,
): Promise<Answer> {
  const ask = () => answerOf<Answer>(method, path, body, signal, timeoutMs);
  return method === 'GET' ? ask() : askOnce(`${method} ${path}`, JSON.stringify(body) ?? '', ask);
}

async function answerOf<Answer>(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  timeoutMs?: number,
): Promise<Answer> {
  const response = await send(method, path, body, { signal, ...(timeoutMs ? { timeoutMs } : {}) });
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
  const answer: unknown = isJson ? await response.text().then(readAnswer, () => undefined) : undefined;
  if (!response.ok) throw new ApiProblem(response.status, (answer ?? {}) as object);
  return answer as Answer;
}

/** `?a=1&b=2` of what has a value; empty otherwise. */
export function query(values: Record<string, string | number | undefined | null>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value) params.set(name, String(value));
  const text = params.toString();
  return text ? `?${text}` : '';
}
