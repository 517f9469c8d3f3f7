import { connect, createServer, type Socket } from 'node:net';

/** Postgres behind a plug that a test pulls: connections break at once and new ones are refused. */
export interface PostgresPlug {
  url: string;
  pull(): Promise<void>;
  /** Nothing that is asked comes through any more, until `goOn`; connections stay. */
  hold(): void;
  goOn(): void;
  /** On the same port. */
  putBack(): Promise<void>;
  close(): Promise<void>;
}

export async function plugPostgres(url: string): Promise<PostgresPlug> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const asking = new Map<Socket, Socket>();
  let isHeld = false;
  const server = createServer((socket) => {
    const upstream = connect(Number(target.port), target.hostname);
    asking.set(socket, upstream);
    socket.on('close', () => asking.delete(socket));
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      sockets.add(one);
      if (one !== socket || !isHeld) one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => resolve());
    });
  await listen(0);
  const { port } = server.address() as { port: number };
  const pull = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  const plugged = new URL(url);
  plugged.hostname = '127.0.0.1';
  plugged.port = String(port);
  return {
    url: plugged.href,
    pull,
    hold: () => {
      isHeld = true;
      for (const [socket, upstream] of asking) socket.unpipe(upstream);
    },
    goOn: () => {
      isHeld = false;
      for (const [socket, upstream] of asking) socket.pipe(upstream);
    },
    putBack: () => listen(port),
    close: () => (server.listening ? pull() : Promise.resolve()),
  };
}
