import type { Door } from '@hikyaku/core';
import { createLogger, createMetrics } from '@hikyaku/telemetry';
import type { Dialogue } from '../../src/doors/dialogue.ts';
import { createEdgeMetrics } from '../../src/metrics.ts';
import { Pop3Server } from '../../src/pop3/pop3-server.ts';
import type { Pop3Services } from '../../src/pop3/pop3-services.ts';
import { EdgeServer } from '../../src/smtp/edge-server.ts';
import type { SmtpServices } from '../../src/smtp/services.ts';

const SOURCES = { connections: () => 0, journals: () => [], snapshotAgeMs: () => 0, isSnapshotSaved: () => true };
/** What a session needs that never signs in; no other wait than that of the sockets ends. */
const services = {
  clock: { now: () => 0, sleep: () => new Promise<void>(() => {}) },
  logger: createLogger({ name: 'test', level: 'silent' }),
  metrics: createEdgeMetrics(createMetrics('test'), SOURCES),
  hostName: 'relay.example',
  idleMs: 60_000,
} as Partial<SmtpServices> as SmtpServices & Pop3Services;

/** Both dialogues without an edge around them, each with its door. */
export const BARE_DIALOGUES: [Door, (door: Door) => Dialogue][] = [
  [
    { name: 'submission', protocol: 'smtp', port: 0, tls: 'starttls', isLegacy: false },
    (door) => new EdgeServer(door, services),
  ],
  [
    { name: 'pop3', protocol: 'pop3', port: 0, tls: 'starttls', isLegacy: false },
    (door) => new Pop3Server(door, services),
  ],
];
