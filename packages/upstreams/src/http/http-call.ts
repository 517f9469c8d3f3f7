import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import type { UpstreamPool } from './upstream-pool.ts';

export interface HttpCall {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  /** Bytes that come are asked for when the connection stands; an abort does not end their coming, but nothing more is asked for. */
  body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  signal?: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** The first `MAX_ANSWER_BYTES`, as far as they came. */
  text: string;
}

/** Errors and tokens are a few kilobytes; whatever is longer is not for us. */
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * One request, never repeated, no redirect followed. Once the status is there the call succeeds, even when the answer's body breaks off:
 * the status alone tells what became of a mail.
 * @throws whatever kept the status from coming: connection errors, the signal's reason.
 */
export async function httpCall(pool: UpstreamPool, call: HttpCall): Promise<HttpAnswer> {
  const { statusCode, headers, body } = await request(call.url, {
    dispatcher: pool.dispatcher,
    method: call.method,
    headers: call.headers ?? {},
    // Its types leave out what its documents and its own message name: an async iterable, which it writes without a stream in between.
    body: (call.body as Readable | undefined) ?? null,
    ...(call.signal ? { signal: call.signal } : {}),
  });
  return { status: statusCode, headers: flatten(headers), text: await readText(body) };
}

async function readText(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let total = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (total > MAX_ANSWER_BYTES) break;
      chunks.push(chunk);
    }
  } catch {
    // The status stands; a code that did not arrive is read as an unknown one.
  }
  return Buffer.concat(chunks).toString('utf8');
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

/** The body as JSON, or undefined. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
