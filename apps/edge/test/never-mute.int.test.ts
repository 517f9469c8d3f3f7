import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SmtpLine } from '@hikyaku/testing';
import { type RunningEdge, startEdge } from './harness/start-edge.ts';
import { makeWorld, type World } from './harness/world.ts';

let world: World;
let edge: RunningEdge;

before(async () => {
  world = await makeWorld();
  edge = await startEdge({
    databaseUrl: world.database.url,
    masterKey: world.keys.masterKey,
    env: { EDGE_PROCESSES: '2' },
  });
});
after(async () => {
  await edge?.dispose();
  await world?.database.close();
});

const processes = (): number[] =>
  readFileSync(`/proc/${edge.pid}/task/${edge.pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

test('however often all processes have died, the next one begins within seconds: none rests while nobody is behind the doors', async () => {
  // By then each has rested for 50, 100, 200 ms and so on, and the next rest is longer than a device waits.
  for (let round = 0; round < 20; round++) {
    const killed = processes();
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    const from = performance.now();
    while (!processes().some((pid) => !killed.includes(pid))) await sleep(5);
    const restedMs = performance.now() - from;
    assert.ok(restedMs < 4000, `${Math.round(restedMs)} ms in round ${round}`);
  }
  const line = await SmtpLine.open({ port: edge.doors.submission });
  line.close();
});
