import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { RelayError } from '@hikyaku/core';
import type { Dialler } from '../../dialler/dialler.ts';
import type { ConfigOf } from '../channel.ts';
import { answersOf, connectPacket, DISCONNECT, publishPacket } from './packets.ts';

export interface Publication {
  topic: string;
  payload: Buffer;
}

/** Longer than any deadline of ours: no ping is needed. */
const KEEP_ALIVE_S = 300;
const CONNACK = 2;
const PUBACK = 4;
/** Return codes of CONNACK (3.2.2.3): wrong name or password, and not allowed. */
const UNAUTHORIZED = [4, 5];
const UNAVAILABLE = 3;

/** The broker's no to the connection itself: nothing was published. */
export class BrokerRefusal extends Error {
  readonly failure: 'unauthorized' | 'failing' | 'refused';
  constructor(code: number) {
    super(`CONNACK ${code}`);
    this.failure = UNAUTHORIZED.includes(code) ? 'unauthorized' : code === UNAVAILABLE ? 'failing' : 'refused';
  }
}

/**
 * Publishes to a broker that a tenant named, by a connection of its own; resolves once each publication is acknowledged. `beforePublish` is awaited when the broker has taken the connection, and
 * nothing was published.
 * @throws RelayError of the dialler; BrokerRefusal; other errors of the connection, and of `beforePublish`
 */
export async function publish(
  dialler: Dialler,
  { url, username, password }: ConfigOf<'mqtt'>,
  publications: Publication[],
  signal: AbortSignal,
  beforePublish?: () => Promise<void>,
): Promise<void> {
  const { protocol, hostname, port } = new URL(url);
  const isTls = protocol === 'mqtts:';
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const { socket, isPublic } = await dialler.dial(host, Number(port || (isTls ? 8883 : 1883)), signal);
  const servername = isIP(host) ? '' : host;
  const stream = isTls ? tlsConnect({ socket, ...(servername ? { servername } : { host }) }) : socket;
  // Whoever waits for the broker hears of it; that nobody waits just then must not end this process.
  stream.on('error', () => {});
  const stop = (): void => void stream.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  try {
    // Neither a password nor a picture goes over the internet in plain.
    if (!isTls && isPublic) throw new RelayError('smtp.host_refused', { internal: 'mqtt without TLS to the internet' });
    signal.throwIfAborted();
    if (isTls) await once(stream, 'secureConnect', { signal });
    const answers = answersOf(stream);
    const next = async (type: number): Promise<Buffer> => {
      for (;;) {
        const { value, done } = await answers.next();
        if (done) throw new Error('the broker closed the connection');
        if (value.type === type) return value.body;
      }
    };
    const clientId = `hikyaku${randomBytes(8).toString('hex')}`;
    stream.write(connectPacket({ clientId, username, password, keepAliveS: KEEP_ALIVE_S }));
    const code = (await next(CONNACK))[1] ?? 0;
    if (code !== 0) throw new BrokerRefusal(code);
    await beforePublish?.();
    const left = new Set(publications.map((_, index) => index + 1));
    for (const [index, { topic, payload }] of publications.entries()) {
      stream.write(publishPacket(index + 1, topic, payload));
    }
    while (left.size > 0) {
      const body = await next(PUBACK);
      if (body.length >= 2) left.delete(body.readUInt16BE());
    }
    stream.end(DISCONNECT);
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroySoon();
  }
}
