import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, isIP, type Server } from 'node:net';
import { pipeline } from 'node:stream';
import { isThisMachine } from '@hikyaku/config';
import { clientNetwork, createPlaces, INSTANCE_HEADER } from '@hikyaku/core';
import type { CertificatePair } from '@hikyaku/vault';
import { answerChallenge, sayChallenge } from '../acme/challenges.ts';
import { createInstanceTeller } from './instance-teller.ts';

export interface FrontOptions {
  port: number;
  host: string;
  apiPort: number;
  webPort: number;
  /** The one address whose sign-in cookies and OAuth redirects fit. */
  publicUrl: string;
  /** Whose X-Forwarded-For is believed. */
  isProxy: (address: string) => boolean;
  /** What a certificate authority may ask for at `port`. */
  challenges?: ReadonlyMap<string, string>;
  /** A second port, for TLS: what comes to the first one in plain is sent there, but for challenges and questions of health. */
  tls?: { port: number; pair: CertificatePair };
}

export interface Front {
  port: number;
  /** Of the TLS port, if there is one. */
  tlsPort: number | undefined;
  /** Shows another certificate from now on. */
  setPair(pair: CertificatePair): void;
  close(): Promise<void>;
}

const STREAM_PATH = /^\/api\/v1\/events(\?|$)/;
/**
 * Answers under way at once. One client (an address, a /64) has room for an office of people behind it, each browser with six connections;
 * it takes some thirty of them to fill all. Streams last, so they have places of their own: no number of them keeps a request waiting.
 */
const REQUESTS = { client: 64, all: 2048 };
/** More than the api lets in (`event-stream.ts`), which tells persons and tenants apart. */
const STREAMS = { client: 200, all: 4096 };
const HEALTH_PATH = /^\/(healthz|readyz)(\?|$)/;
/** Of web's, what is no page. */
const FILE_PATH = /^\/(_next\/|[\w-]+\.\w+(\?|$))/;
const API_PATH = /^\/(api|oauth|healthz|readyz)(\/|\?|$)/;
/** Longer than any answer of api or web; event streams send a heartbeat well within it. */
const SILENCE_MS = 120_000;
/** Longer than what proxies and clients keep idle connections for, so that it is they who close them: no request meets a closing one. */
const KEEP_ALIVE_MS = 75_000;
const LIMITS = {
  requestTimeout: SILENCE_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  headersTimeout: 15_000,
  maxHeaderSize: 16_384,
};
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * One address for browsers: `/api`, `/oauth`, `/healthz`, `/readyz` go to api, everything else to web. X-Forwarded-For is written anew,
 * so a client cannot choose the address that rate limits see.
 */
export async function startFront(options: FrontOptions): Promise<Front> {
  // No limit on its sockets: a request would wait in line behind those of strangers. The places below are the limit, and refuse with a word.
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 32 });
  const streams = new Agent({ keepAlive: false });
  const tellInstance = createInstanceTeller(options.apiPort);
  const [requestPlaces, streamPlaces] = [createPlaces(REQUESTS), createPlaces(STREAMS)];
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const isStream = incoming.method === 'GET' && STREAM_PATH.test(incoming.url ?? '');
    const client = clientNetwork(clientAddress(incoming, options.isProxy));
    const giveBack = (isStream ? streamPlaces : requestPlaces).take({ client, all: '' });
    if (!giveBack) {
      refuse(outgoing, API_PATH.test(incoming.url ?? ''), BUSY);
      return;
    }
    outgoing.once('close', giveBack);
    forward({ ...options, tellInstance }, isStream ? streams : agent, incoming, outgoing);
  };
  const servePlain = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const url = incoming.url ?? '/';
    const challenge = answerChallenge(options.challenges ?? new Map(), url);
    if (challenge !== undefined) sayChallenge(outgoing, challenge);
    else if (options.tls && !HEALTH_PATH.test(url)) redirect(outgoing, 308, options.publicUrl + url);
    else serve(incoming, outgoing);
  };
  const plain = createServer(LIMITS, servePlain);
  const secure = options.tls ? createSecureServer({ ...LIMITS, ...options.tls.pair }, serve) : undefined;
  const servers = [plain, ...(secure ? [secure] : [])];
  const listen = (server: Server, port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, options.host, () => resolve((server.address() as AddressInfo).port));
    });
  return {
    port: await listen(plain, options.port),
    tlsPort: secure && (await listen(secure, options.tls!.port)),
    setPair: (pair) => secure?.setSecureContext(pair),
    close: async () => {
      await Promise.all(
        servers.map((server) => {
          const closed = new Promise<unknown>((resolve) => server.close(resolve));
          server.closeAllConnections();
          return closed;
        }),
      );
      agent.destroy();
      streams.destroy();
    },
  };
}

interface Forwarding extends FrontOptions {
  tellInstance(): Promise<string | undefined>;
}

function forward(options: Forwarding, agent: Agent, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const url = incoming.url ?? '/';
  const isApi = API_PATH.test(url);
  if (!isApi && isOtherLoopbackName(options.publicUrl, incoming)) {
    redirect(outgoing, 307, options.publicUrl + url);
    return;
  }
  const mayRepeat = incoming.method === 'GET' || incoming.method === 'HEAD';
  const headers = forwardedHeaders(options, incoming);
  // Its body stays here. Announced all the same, it would be taken from the next person's request on the kept connection.
  if (mayRepeat) delete headers['content-length'];
  const ask = (isRepeat: boolean): void => {
    const upstream = httpRequest({
      // A kept connection may just be closing at its other end. A request with a body cannot be sent twice, so it gets a new one.
      agent: mayRepeat && !isRepeat ? agent : false,
      host: '127.0.0.1',
      port: isApi ? options.apiPort : options.webPort,
      method: incoming.method,
      path: url,
      headers,
      timeout: SILENCE_MS,
    });
    upstream.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, withoutHopByHop(answer.headers));
      outgoing.flushHeaders();
      pipeline(answer, outgoing, () => {});
    });
    upstream.on('timeout', () => upstream.destroy(new Error('silent')));
    upstream.on('error', () => {
      if (upstream.reusedSocket && mayRepeat && !isRepeat && !outgoing.headersSent && !outgoing.destroyed) ask(true);
      else refuse(outgoing, isApi, UNAVAILABLE);
    });
    outgoing.on('close', () => upstream.destroy());
    if (mayRepeat) upstream.end();
    else pipeline(incoming, upstream, () => {});
  };
  if (isApi || !mayRepeat || FILE_PATH.test(url)) ask(false);
  else
    void options.tellInstance().then((said) => {
      if (said) headers[INSTANCE_HEADER] = said;
      if (!outgoing.destroyed) ask(false);
    });
}

function redirect(outgoing: ServerResponse, status: number, location: string): void {
  outgoing.writeHead(status, { location });
  outgoing.end();
}

function forwardedHeaders(options: FrontOptions, incoming: IncomingMessage): IncomingHttpHeaders {
  const headers = withoutHopByHop(incoming.headers);
  for (const name of Object.keys(headers))
    if (name.startsWith('x-forwarded-') || name === 'forwarded' || name === 'x-real-ip' || name === INSTANCE_HEADER)
      delete headers[name];
  headers['x-forwarded-for'] = clientAddress(incoming, options.isProxy);
  headers['x-forwarded-proto'] = new URL(options.publicUrl).protocol.replace(':', '');
  headers['x-forwarded-host'] = incoming.headers.host ?? '';
  return headers;
}

/** True for a page asked for by another name of this machine than PUBLIC_URL's: its cookies and redirects would not fit. */
function isOtherLoopbackName(publicUrl: string, incoming: IncomingMessage): boolean {
  if (incoming.method !== 'GET' && incoming.method !== 'HEAD') return false;
  const own = new URL(publicUrl);
  const [, name, port = ''] = /^(.*?)(?::(\d+))?$/.exec(incoming.headers.host ?? '') ?? [];
  if (!name || !isThisMachine(own.hostname) || !isThisMachine(name)) return false;
  return name !== own.hostname && port === own.port;
}

/** The address that connected to us, or what the last trusted proxy saw. */
function clientAddress(incoming: IncomingMessage, isProxy: FrontOptions['isProxy']): string {
  const peer = (incoming.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  if (!isProxy(peer)) return peer;
  const last = String(incoming.headers['x-forwarded-for'] ?? '')
    .split(',')
    .at(-1)
    ?.trim();
  return last && isIP(last) ? last : peer;
}

function withoutHopByHop(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const kept = { ...headers };
  for (const name of HOP_BY_HOP) delete kept[name];
  return kept;
}

interface Refusal {
  status: number;
  code: string;
  text: string;
}

const UNAVAILABLE: Refusal = {
  status: 503,
  code: 'front.unavailable',
  text: 'Hikyaku is starting or stopping. Try again in a few seconds. / 起動中または停止中です。数秒後にもう一度お試しください。',
};
const BUSY: Refusal = {
  status: 429,
  code: 'front.busy',
  text: 'Too many requests at once from your network. Try again in a few seconds. / 同時アクセスが多すぎます。数秒後にもう一度お試しください。',
};

function refuse(outgoing: ServerResponse, isApi: boolean, { status, code, text }: Refusal): void {
  if (outgoing.headersSent) return void outgoing.destroy();
  const type = isApi ? 'application/problem+json' : 'text/plain; charset=utf-8';
  outgoing.writeHead(status, { 'content-type': type, 'retry-after': '3' });
  outgoing.end(isApi ? JSON.stringify({ type: 'about:blank', title: text, status, code }) : `${text}\n`);
}
