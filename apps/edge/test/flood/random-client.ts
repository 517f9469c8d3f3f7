import { randomBytes, randomInt } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { TestCredential } from '@hikyaku/testing';
import { base64 } from '../harness/world.ts';

export interface FloodedDoor {
  port: number;
  isTls: boolean;
  protocol: 'smtp' | 'pop3';
}

/** A door that neither takes bytes nor closes for that long hangs: strangers have three seconds here, and silence ten. */
const PATIENCE_MS = 45_000;
const MOST_PIECES = 40;
const MOST_REST_MS = 30;
const MOST_NOISE = 20_000;
/** Pieces of both protocols, whole and broken, as a stranger who read an RFC would throw them. */
const PIECES = [
  ...[
    'EHLO x\r\n',
    'HELO\n',
    'STARTTLS\r\n',
    'STLS\r\n',
    'AUTH PLAIN ',
    'AUTH LOGIN\r\n',
    'MAIL FROM:<',
    'RCPT TO:<a@b>\r\n',
  ],
  ...[
    'DATA\r\n',
    '\r\n.\r\n',
    '\n.\n',
    '\r.\r',
    'BDAT 9\r\n',
    'RSET\r\n',
    'NOOP\r\n',
    'QUIT\r\n',
    'USER x\r\n',
    'PASS y\r\n',
  ],
  ...[
    'CAPA\r\n',
    'LIST\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01',
    '\0',
    '\r',
    'PROXY TCP4 1.1.1.1 ',
  ],
];

const oneOf = <Item>(items: readonly Item[]): Item => items[randomInt(items.length)]!;

/** One connection of random bytes; who has a `credential` signs in first and floods inside of the mail. Resolves when it is over. @throws Error when the door hangs */
export async function floodOnce(door: FloodedDoor, credential: TestCredential | null): Promise<void> {
  const raw = connect({
    port: door.port,
    host: '127.0.0.1',
    localAddress: `127.8.${randomInt(4)}.${1 + randomInt(250)}`,
  });
  const isTls = door.isTls && randomInt(4) > 0;
  const socket: Socket = isTls ? connectTls({ socket: raw, rejectUnauthorized: false }) : raw;
  let isClosed = false;
  const closed = new Promise<void>((resolve) => {
    raw.once('close', () => {
      isClosed = true;
      resolve();
    });
  });
  for (const one of new Set([raw, socket])) one.on('error', () => raw.destroy());
  socket.resume();
  if (credential) {
    const login = base64(`\0${credential.username}\0${credential.password}`);
    socket.write(`EHLO x\r\nAUTH PLAIN ${login}\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<owner@example.com>\r\nDATA\r\n`);
  }
  for (let left = randomInt(MOST_PIECES); left > 0 && !isClosed; left--) {
    const bytes = randomInt(2) ? randomBytes(randomInt(MOST_NOISE)) : oneOf(PIECES);
    if (!socket.write(bytes)) await within(closed, once(socket), door);
    await sleep(randomInt(MOST_REST_MS));
  }
  if (randomInt(2)) socket.end('\r\n.\r\n');
  // Half of those that end their side wait for the door to end its own.
  if (!socket.writableEnded || randomInt(2)) raw.destroy();
  await within(closed, new Promise(() => {}), door);
}

const once = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('drain', () => resolve()));

async function within(closed: Promise<void>, other: Promise<void>, { port, protocol }: FloodedDoor): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const hangs = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, PATIENCE_MS, new Error(`a ${protocol} door hangs: ${port}`));
  });
  await Promise.race([closed, other, hangs]).finally(() => clearTimeout(timer));
}
