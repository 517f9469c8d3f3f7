import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SessionLog } from '../src/sessions/session-log.ts';
import { BARE_DIALOGUES } from './harness/bare-dialogues.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void;
const SESSIONS = 60;
/** Of each session's record; in pieces that lie where small things lie. */
const BALLAST_BYTES = 80_000;

for (const [door, make] of BARE_DIALOGUES) {
  test(`${door.protocol}: what a session held is let go when it ends, and not at the next full collection`, async () => {
    const dialogue = make(door);
    const place = () => ({ since: 0, sendAway: () => {}, signIn: () => true, release: () => {} });
    const server = createServer({ pauseOnConnect: true }, (socket) => {
      const ballast = Array.from({ length: 10 }, () => new Array(BALLAST_BYTES / 80).fill(0.5));
      const log = Object.assign(new SessionLog(door, '192.0.2.1', () => 0, { step() {} }), { ballast });
      dialogue.begin(socket, log, place());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const talk = () =>
      new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1').setEncoding('latin1');
        socket.on('data', (text: string) =>
          /^(?:221|\+OK.*bye)/im.test(text) ? socket.end() : socket.write('QUIT\r\n'),
        );
        socket.on('close', () => resolve());
      });
    try {
      for (let count = 0; count < SESSIONS; count++) await talk();
      collect();
      const before = process.memoryUsage().heapUsed;
      for (let count = 0; count < SESSIONS; count++) await talk();
      while (dialogue.closeIdle(false) > 0) await new Promise((resolve) => setTimeout(resolve, 10));
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (let count = 0; count < 3; count++) collect({ type: 'minor' });
      const kept = (process.memoryUsage().heapUsed - before) / SESSIONS;
      assert.ok(kept < BALLAST_BYTES / 2, `${Math.round(kept / 1024)} KB of each session are still there`);
    } finally {
      server.close();
    }
  });
}
