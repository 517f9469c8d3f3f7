import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { freePorts, startHikyaku } from '@hikyaku/testing';

const LISTENING = '0A';

/** Ports of ours that somebody listens on at another address than loopback, from the kernel's own list. */
function reachable(ports: Record<string, string>): string[] {
  const rows = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(1));
  const open = new Set<string>();
  for (const row of rows) {
    const [, local = '', , state] = row.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    // Little endian words: 127.0.0.1, ::1 and ::ffff:127.0.0.1 end (or begin) with these digits.
    const isLoopback = address === '0100007F' || /^0{24}01000000$|^0{16}FFFF00000100007F$/.test(address);
    if (state === LISTENING && !isLoopback) open.add(String(Number.parseInt(port, 16)));
  }
  return Object.entries(ports)
    .filter(([, port]) => open.has(port))
    .map(([name]) => name);
}

test('with a loopback address of any spelling nothing of the instance can be reached from elsewhere', async () => {
  const ports = await freePorts();
  const hikyaku = await startHikyaku({
    ports,
    env: { HIKYAKU_PUBLIC_URL: `http://127.0.0.1:${ports.HIKYAKU_WEB_PORT}` },
  });
  try {
    assert.deepEqual(reachable(ports), []);
    assert.equal((await fetch(`http://127.0.0.1:${ports.HIKYAKU_WEB_PORT}/healthz`)).status, 200);
  } finally {
    await hikyaku.stop();
  }
});

test('with a public address only the front can be reached; numbers stay on loopback, and a token guards them elsewhere', async () => {
  const ports = await freePorts();
  const far = { HIKYAKU_PUBLIC_URL: 'https://relay.example' };
  const hikyaku = await startHikyaku({ ports, env: far });
  try {
    assert.deepEqual(reachable(ports), ['HIKYAKU_WEB_PORT']);
    for (const port of [hikyaku.metrics.edge, hikyaku.metrics.worker]) {
      assert.match(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text(), /hikyaku_|process_cpu/);
    }
  } finally {
    await hikyaku.stop({ keepData: true });
  }
  const token = 'a token of a scraper';
  const told = await startHikyaku({
    ports,
    dataDir: hikyaku.dataDir,
    env: { ...far, HIKYAKU_METRICS_LISTEN: '0.0.0.0', HIKYAKU_METRICS_TOKEN: token },
  });
  try {
    assert.deepEqual(reachable(ports).sort(), [
      'HIKYAKU_METRICS_PORT',
      'HIKYAKU_WEB_PORT',
      'HIKYAKU_WORKER_METRICS_PORT',
    ]);
    for (const port of [told.metrics.edge, told.metrics.worker]) {
      const ask = (headers: Record<string, string>) => fetch(`http://127.0.0.1:${port}/metrics`, { headers });
      assert.equal((await ask({})).status, 401);
      assert.equal((await ask({ authorization: `Bearer ${token}x` })).status, 401);
      assert.equal((await ask({ authorization: `Bearer ${token}` })).status, 200);
    }
  } finally {
    await told.stop();
  }
});
