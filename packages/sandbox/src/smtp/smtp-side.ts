import { readFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { SandboxContext } from '../context.ts';
import { converse } from './dialogue.ts';

export interface SmtpSide {
  /** Binds 127.0.0.1; port 0 picks one. */
  listen(port: number): Promise<number>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Connections at one time; a client that opens more is a test gone wrong. */
const MAX_CONNECTIONS = 500;
/** A silent client is let go; mail programs wait that long themselves. */
const IDLE_MS = 300_000;

/**
 * The SMTP servers of the stand-ins, all at one port: whose it is shows by the account that signs in. With `smtp-cert.pem` and `smtp-key.pem` in `dir` it wants STARTTLS before
 * a login; without them it speaks in plain, like all of the sandbox, which is on this machine alone.
 */
export async function openSmtpSide(context: SandboxContext, dir: string): Promise<SmtpSide> {
  const pair = await Promise.all(
    ['smtp-cert.pem', 'smtp-key.pem'].map((name) => readFile(join(dir, name)).catch(() => undefined)),
  );
  const secureContext = pair[0] && pair[1] ? createSecureContext({ cert: pair[0], key: pair[1] }) : undefined;
  const secure = secureContext
    ? (socket: Duplex): Duplex =>
        new TLSSocket(socket as Socket, { isServer: true, secureContext }).on('error', () => socket.destroy())
    : undefined;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    converse(socket, { context, secure }).catch((err: unknown) => {
      context.logger.error({ event: 'sandbox.failed', err });
      socket.destroy();
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  return {
    async listen(port) {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host: HOST, port }, () => resolve());
      });
      const address = server.address();
      return typeof address === 'object' && address ? address.port : port;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}
