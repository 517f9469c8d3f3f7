import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { markdownTable, megabytes } from '../report/table.ts';
import { createCertificates } from '../servers/certificates.ts';
import { startEdge } from '../servers/edge-server.ts';
import { ONE_CORE } from '../servers/serving-setup.ts';
import type { BenchPart, Length } from './bench-part.ts';

const CONNECTIONS: Record<Length, number> = { short: 1000, default: 5000, long: 5000 };
/** Opened and closed before, so that no code and no pool of buffers is new. */
const PRACTICE = 500;
/** Handshakes at once. */
const AT_ONCE = 50;
/** Until the edge's heap has been collected, by its own clock. */
const REST_MS = 5000;
/** More than are opened, from one address, by nobody who has signed in. */
const SETTINGS = {
  HIKYAKU_MAX_CONNECTIONS: '20000',
  HIKYAKU_MAX_CONNECTIONS_PER_ADDRESS: '20000',
  HIKYAKU_MAX_STRANGERS_PER_SECOND: '20000',
  HIKYAKU_SMTP_STRANGER_MS: '3600000',
};
/** As the load generator's. */
const secureContext = createSecureContext({ ecdhCurve: 'X25519', minVersion: 'TLSv1.3' });

/** Connections that have their greeting and say nothing: what one of them holds of an edge process. */
export const idle: BenchPart = {
  name: 'idle',
  what: 'memory of an edge process for a connection that says nothing',
  async run({ length, folder, say }) {
    const count = CONNECTIONS[length];
    const rows: Record<string, string | number>[] = [];
    for (const kind of ['plain', 'TLS'] as const) {
      const certificates = createCertificates(folder);
      const edge = await startEdge(folder, { certificates, setup: ONE_CORE, handsOff: true, settings: SETTINGS });
      const open = () => (kind === 'TLS' ? greetedInTls(edge.smtpsPort) : greeted(connect(edge.port, '127.0.0.1')));
      const fresh = edge.memory();
      await openMany(PRACTICE, open).then(closeAll);
      await sleep(REST_MS);
      const before = edge.memory();
      const sockets = await openMany(count, open);
      await sleep(REST_MS);
      const after = edge.memory();
      const each = (since: number): string => ((after - since) / count / 1000).toFixed(1);
      rows.push({
        connection: kind,
        count,
        started: megabytes(fresh),
        [`after ${PRACTICE}`]: megabytes(before),
        'with all': megabytes(after),
        'KB each': each(before),
        'since the start': each(fresh),
      });
      say(`${kind}: ${each(before)} KB each`);
      await closeAll(sockets);
      await edge.stopAndCheck(0, []);
    }
    return { text: markdownTable(rows), problems: [] };
  },
};

async function openMany(count: number, open: () => Promise<Socket>): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const more = Math.min(AT_ONCE, count - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: more }, open))));
  }
  return sockets;
}

async function closeAll(sockets: Socket[]): Promise<void> {
  for (const socket of sockets) socket.destroy();
}

function greetedInTls(port: number): Promise<Socket> {
  return greeted(connectTls({ port, host: '127.0.0.1', secureContext, rejectUnauthorized: false }));
}

/** Resolves when the greeting is there. */
function greeted(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', () => {
      socket.off('error', reject).on('error', () => {});
      resolve(socket);
    });
  });
}
