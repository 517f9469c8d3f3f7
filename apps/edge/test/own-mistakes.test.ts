import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import type { Door } from '@hikyaku/core';
import { createLogger, createMetrics } from '@hikyaku/telemetry';
import { createEdgeMetrics } from '../src/metrics.ts';
import { Pop3Server } from '../src/pop3/pop3-server.ts';
import type { Pop3Services } from '../src/pop3/pop3-services.ts';
import { SessionLog } from '../src/sessions/session-log.ts';
import { EdgeServer } from '../src/smtp/edge-server.ts';
import type { SmtpServices } from '../src/smtp/services.ts';

const SOURCES = { connections: () => 0, journals: () => [], snapshotAgeMs: () => 0, isSnapshotSaved: () => true };
const services = {
  clock: { now: () => 0, sleep: () => new Promise<void>(() => {}) },
  logger: createLogger({ name: 'test', level: 'silent' }),
  metrics: createEdgeMetrics(createMetrics('test'), SOURCES),
  hostName: 'relay.example',
  idleMs: 60_000,
} as Partial<SmtpServices> as SmtpServices & Pop3Services;
const DOORS: Record<string, Door> = {
  smtp: { name: 'submission', protocol: 'smtp', port: 0, tls: 'starttls', isLegacy: false },
  pop3: { name: 'pop3', protocol: 'pop3', port: 0, tls: 'starttls', isLegacy: false },
};

for (const [protocol, door] of Object.entries(DOORS))
  test(`${protocol}: a mistake of ours while an answer is written ends its session alone`, async (t) => {
    const dialogue = protocol === 'smtp' ? new EdgeServer(door, services) : new Pop3Server(door, services);
    const place = { since: 0, sendAway: () => {}, signIn: () => true, release: () => {} };
    let isBroken = true;
    const fails = (): void => {
      if (isBroken) throw new Error('a mistake of ours');
    };
    const server = createServer({ pauseOnConnect: true }, (socket) => {
      const log = new SessionLog(door, '192.0.2.1', () => 0, { step() {} });
      dialogue.begin(socket, Object.assign(log, { ending: fails }), place);
    });
    t.after(() => server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as { port: number };
    const talk = async (): Promise<string> => {
      const socket = connect(port, '127.0.0.1').setEncoding('latin1');
      let heard = '';
      socket.on('data', (text: string) => {
        heard += text;
        socket.write('QUIT\r\n');
      });
      socket.on('error', () => {});
      await once(socket, 'close');
      return heard;
    };
    await talk();
    isBroken = false;
    assert.match(await talk(), /bye/i, 'the next one is served');
  });
