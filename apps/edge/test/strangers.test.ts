import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import type { Door } from '@hikyaku/core';
import { createLogger, createMetrics } from '@hikyaku/telemetry';
import type { Dialogue } from '../src/doors/dialogue.ts';
import { createEdgeMetrics } from '../src/metrics.ts';
import { Pop3Server } from '../src/pop3/pop3-server.ts';
import type { Pop3Services } from '../src/pop3/pop3-services.ts';
import { SessionLog } from '../src/sessions/session-log.ts';
import { EdgeServer } from '../src/smtp/edge-server.ts';
import type { SmtpServices } from '../src/smtp/services.ts';

const MINUTE_MS = 60_000;
const SOURCES = { connections: () => 0, journals: () => [], snapshotAgeMs: () => 0, isSnapshotSaved: () => true };

/** What the dialogues ask for before anybody signs in, at a time that the test sets. */
function servicesAt(time: { now: number }): SmtpServices & Pop3Services {
  const clock = { now: () => time.now, sleep: () => new Promise<void>(() => {}) };
  const logger = createLogger({ name: 'test', level: 'silent' });
  const metrics = createEdgeMetrics(createMetrics('test'), SOURCES);
  const asked: Partial<SmtpServices> = { clock, logger, metrics, hostName: 'relay.example', idleMs: 5 * MINUTE_MS };
  return { ...asked, strangerMs: MINUTE_MS } as SmtpServices & Pop3Services;
}

const KINDS: [door: Door, make: (door: Door, services: SmtpServices & Pop3Services) => Dialogue, last: RegExp][] = [
  [
    { name: 'submission', protocol: 'smtp', port: 0, tls: 'starttls', isLegacy: false },
    (door, services) => new EdgeServer(door, services),
    /\r\n421 4\.4\.2 .*timeout exceeded\r\n$/,
  ],
  [
    { name: 'pop3', protocol: 'pop3', port: 0, tls: 'starttls', isLegacy: false },
    (door, services) => new Pop3Server(door, services),
    /\r\n-ERR \[SYS\/TEMP\] Timeout exceeded\r\n$/,
  ],
];

for (const [door, make, last] of KINDS) {
  for (const [what, step] of [
    ['after a minute', MINUTE_MS + 1],
    ['when the clock was set back by a day', -24 * 60 * MINUTE_MS],
  ] as const) {
    test(`${door.protocol}: a stranger is sent away ${what}, and not before`, async () => {
      const time = { now: Date.UTC(2026, 10, 29) };
      const dialogue = make(door, servicesAt(time));
      const server = createServer({ pauseOnConnect: true }, (socket) => {
        const log = new SessionLog(door, '192.0.2.1', () => time.now, { step() {} });
        const place = { since: time.now, sendAway() {}, signIn: () => true, release() {} };
        dialogue.begin(socket, log, place);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const socket = connect((server.address() as { port: number }).port, '127.0.0.1').setEncoding('latin1');
      let told = '';
      try {
        // The greeting.
        await new Promise((resolve) => socket.on('data', (text) => (told += text)).once('data', resolve));
        const ended = new Promise((resolve) => socket.once('close', resolve));
        time.now += MINUTE_MS;
        dialogue.closeStrangers();
        socket.write('NOOP\r\n');
        await new Promise((resolve) => socket.once('data', resolve));
        time.now += step - MINUTE_MS;
        dialogue.closeStrangers();
        await ended;
        assert.match(told, last);
      } finally {
        socket.destroy();
        server.close();
      }
    });
  }
}
