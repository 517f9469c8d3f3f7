import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { isIP } from 'node:net';
import { pipeline } from 'node:stream';
import { isThisMachine } from '@hikyaku/config';

export interface FrontOptions {
  port: number;
  host: string;
  apiPort: number;
  webPort: number;
  /** The one address whose sign-in cookies and OAuth redirects fit. */
  publicUrl: string;
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  proxySources: string[];
}

const API_PATH = /^\/(api|oauth|healthz|readyz)(\/|\?|$)/;
/** Longer than any answer of api or web; event streams send a heartbeat well within it. */
const SILENCE_MS = 120_000;
/** Longer than what proxies and clients keep idle connections for, so that it is they who close them: no request meets a closing one. */
const KEEP_ALIVE_MS = 75_000;
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
export async function startFront(options: FrontOptions): Promise<{ port: number; close(): Promise<void> }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 32 });
  const server = createServer(
    { requestTimeout: SILENCE_MS, keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: 15_000, maxHeaderSize: 16_384 },
    (incoming, outgoing) => forward(options, agent, incoming, outgoing),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          agent.destroy();
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function forward(options: FrontOptions, agent: Agent, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const url = incoming.url ?? '/';
  const isApi = API_PATH.test(url);
  if (!isApi && isOtherLoopbackName(options.publicUrl, incoming)) {
    outgoing.writeHead(307, { location: options.publicUrl + url });
    outgoing.end();
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
      else refuse(outgoing, isApi);
    });
    outgoing.on('close', () => upstream.destroy());
    if (mayRepeat) upstream.end();
    else pipeline(incoming, upstream, () => {});
  };
  ask(false);
}

function forwardedHeaders(options: FrontOptions, incoming: IncomingMessage): IncomingHttpHeaders {
  const headers = withoutHopByHop(incoming.headers);
  for (const name of Object.keys(headers))
    if (name.startsWith('x-forwarded-') || name === 'forwarded' || name === 'x-real-ip') delete headers[name];
  headers['x-forwarded-for'] = clientAddress(incoming, options.proxySources);
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
function clientAddress(incoming: IncomingMessage, proxySources: string[]): string {
  const peer = (incoming.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  if (!proxySources.includes(peer)) return peer;
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

function refuse(outgoing: ServerResponse, isApi: boolean): void {
  if (outgoing.headersSent) return void outgoing.destroy();
  const text =
    'Hikyaku is starting or stopping. Try again in a few seconds. / 起動中または停止中です。数秒後にもう一度お試しください。';
  if (isApi) {
    outgoing.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '3' });
    outgoing.end(JSON.stringify({ type: 'about:blank', title: text, status: 503, code: 'front.unavailable' }));
    return;
  }
  outgoing.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '3' });
  outgoing.end(`${text}\n`);
}
