import { once } from 'node:events';
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { isIP } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import type { Dialler } from '../dialler/dialler.ts';
import type { ChannelAnswer, ChannelRequest } from './channel.ts';

/** An answer is a word or a small object. */
const MAX_ANSWER_BYTES = 8 * 1024;

/**
 * One POST to a host that a tenant named: by the dialler, no redirect followed, nothing repeated. `beforeRequest` is awaited when the connection stands, TLS included, and nothing
 * of the request was written.
 * @throws RelayError of the dialler; other errors of the connection, and of `beforeRequest`
 */
export async function post(
  dialler: Dialler,
  { url, headers, body }: ChannelRequest,
  signal: AbortSignal,
  beforeRequest?: () => Promise<void>,
): Promise<ChannelAnswer> {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const isTls = protocol === 'https:';
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const number = Number(port || (isTls ? 443 : 80));
  const { socket } = await dialler.dial(host, number, signal);
  const servername = isIP(host) ? '' : host;
  const stream = isTls ? tlsConnect({ socket, ...(servername ? { servername } : { host }) }) : socket;
  // The request hears of it too, but not always first: a certificate that nobody believes would end this process.
  stream.on('error', () => {});
  try {
    if (beforeRequest) {
      if (isTls) await once(stream, 'secureConnect', { signal });
      await beforeRequest();
    }
    return await new Promise((done, fail) => {
      const call = (isTls ? tlsRequest : plainRequest)({
        ...{ host, port: number, path: pathname + search, method: 'POST', signal, agent: false },
        createConnection: () => stream,
        headers: {
          ...headers,
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Hikyaku',
          connection: 'close',
        },
      });
      // Some ends are no error to Node: a 101 that nobody asked for closes the request, and nothing else is said of it.
      const closed = (): void => fail(new Error('closed without an answer'));
      call.once('error', fail).once('close', closed);
      call.once('response', (answer) => {
        // An answer that then stalls or breaks off is one all the same: asked again, who took it would have it twice.
        call
          .off('close', closed)
          .off('error', fail)
          .on('error', () => {});
        readAnswer(answer).then(done, fail);
      });
      call.end(body);
    });
  } finally {
    socket.destroy();
  }
}

async function readAnswer(answer: IncomingMessage): Promise<ChannelAnswer> {
  const chunks: Buffer[] = [];
  let total = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (total > MAX_ANSWER_BYTES) break;
      chunks.push(chunk);
    }
  } catch {
    // The status stands.
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: answer.statusCode!, headers: answer.headers as Record<string, string | undefined>, text };
}
