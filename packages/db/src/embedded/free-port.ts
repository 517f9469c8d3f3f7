import { createServer } from 'node:net';
import { RelayError } from '@hikyaku/core';

/** `preferred` where nobody listens on it, else any free port. */
export async function freePort(preferred: number): Promise<number> {
  const port = (preferred && (await listenOn(preferred))) || (await listenOn(0));
  if (!port) throw new RelayError('db.unavailable', { internal: 'no free port on 127.0.0.1' });
  return port;
}

/** True when nobody listens on that port of 127.0.0.1. */
export const isFreePort = async (port: number): Promise<boolean> => (await listenOn(port)) !== null;

/** Listens for a moment; the port, or null when somebody else does. */
function listenOn(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : null));
    });
  });
}
