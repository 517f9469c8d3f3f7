import assert from 'node:assert/strict';
import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  checkReadiness,
  createLogger,
  createMetrics,
  createShutdown,
  StopAsked,
  startHealthServer,
} from '../src/index.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const index = join(import.meta.dirname, '../src/index.ts');

/** Runs code against the package in a process of its own; what it printed. */
function printed(code: string): string {
  const run = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', `import { createLogger, createShutdown } from ${JSON.stringify(index)};\n${code}`],
    { encoding: 'utf8' },
  );
  return run.stdout + run.stderr;
}

test('secrets by their usual names never reach a log line, nor what libraries hang on their errors', () => {
  const text = printed(`
    const logger = createLogger({ name: 'probe' });
    logger.info({ event: 'x', password: 'S3CRET', user: { token: 'S3CRET' }, list: [{ secret: 'S3CRET', name: 'KEPT' }], req: { headers: { cookie: 'S3CRET', authorization: 'S3CRET' } } });
    const error = new Error('failed');
    error.config = { headers: { authorization: 'Bearer S3CRET' } };
    error.response = { data: { refresh_token: 'S3CRET' } };
    logger.error({ event: 'y', err: error });
  `);
  assert.match(text, /"event":"x"/);
  assert.match(text, /"list":\[\{"secret":"\[redacted\]","name":"KEPT"\}\]/);
  assert.match(text, /"message":"failed"/);
  assert.doesNotMatch(text, /S3CRET/);
});

test('what Postgres repeats of a value is in no log line, also under another error', () => {
  const text = printed(`
    const logger = createLogger({ name: 'probe' });
    const refused = Object.assign(new Error('invalid input syntax for type uuid: "CH0SEN"'), { code: '22P02' });
    const twice = Object.assign(new Error('duplicate key value violates unique constraint "users_email"'), { code: '23505' });
    logger.error({ event: 'a', err: refused });
    logger.error({ event: 'b', err: new Error('bug: ' + refused.message, { cause: refused }) });
    logger.error({ event: 'c', err: twice });
  `);
  assert.match(text, /invalid input syntax for type uuid/);
  assert.match(text, /duplicate key value violates/);
  assert.doesNotMatch(text, /CH0SEN/);
});

test('plain lines are written a moment later or when the process ends; a warning takes all before it out at once, before a kill', () => {
  const ended = printed(`createLogger({ name: 'probe' }).info({ event: 'plain' }); process.exit(3);`);
  assert.match(ended, /"event":"plain"/);
  const thrown = printed(`createLogger({ name: 'probe' }).info({ event: 'plain' }); throw new Error('end');`);
  assert.match(thrown, /"event":"plain"/);
  const killed = printed(`
    const logger = createLogger({ name: 'probe' });
    logger.info({ event: 'plain' });
    createLogger({ name: 'other' }).warn({ event: 'grave' });
    logger.info({ event: 'lost' });
    process.kill(process.pid, 'SIGKILL');
    while (true);
  `);
  assert.deepEqual(
    [...killed.matchAll(/"event":"(\w+)"/g)].map(([, event]) => event),
    ['plain', 'grave'],
  );
  const living = printed(`
    createLogger({ name: 'probe' }).info({ event: 'plain' });
    setTimeout(() => { process.kill(process.pid, 'SIGKILL'); while (true); }, 400);
  `);
  assert.match(living, /"event":"plain"/);
});

test('a process whose output nobody reads any more goes on, and ends when it wants to', async () => {
  const code = `import { createLogger } from ${JSON.stringify(index)};
    const logger = createLogger({ name: 'probe' });
    let lines = 0;
    const timer = setInterval(() => {
      logger[lines % 2 ? 'info' : 'error']({ event: 'line' });
      if (++lines > 10) { clearInterval(timer); logger.info({ event: 'last' }); setTimeout(() => process.exit(7), 250); }
    }, 20);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.stdout.destroy();
  const [status] = await once(child, 'exit', { signal: AbortSignal.timeout(10_000) });
  child.kill('SIGKILL');
  assert.equal(status, 7);
});

test('what was opened last is closed first, a failure does not stop the rest, and a second run waits for the first', async () => {
  const closed: string[] = [];
  const shutdown = createShutdown({ logger, deadlineMs: 1000, onSignals: false });
  shutdown.push('first', () => closed.push('first'));
  shutdown.push('broken', () => {
    throw new Error('cannot');
  });
  shutdown.push('last', () => closed.push('last'));
  const runs = await Promise.all([shutdown.run('a'), shutdown.run('b')]);
  assert.deepEqual(closed, ['last', 'first']);
  assert.deepEqual(runs, [['broken'], ['broken']]);
});

test('a part that never closes is given up at the deadline and named', async () => {
  const closed: string[] = [];
  const shutdown = createShutdown({ logger, deadlineMs: 150, onSignals: false });
  shutdown.push('after', () => closed.push('after'));
  shutdown.push('stuck', () => new Promise(() => {}));
  assert.deepEqual(await shutdown.run('test'), ['stuck']);
  assert.deepEqual(closed, ['after']);
});

test('readiness fails with the name of what is not ready, liveness does not', async () => {
  let isReady = true;
  const metrics = createMetrics('test');
  metrics.counter('things_total', 'Things').inc(3);
  const health = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    metrics,
    checks: { disk: () => isReady, other: () => {} },
  });
  try {
    const get = (path: string) => fetch(`http://127.0.0.1:${health.port}${path}`);
    assert.equal((await get('/readyz')).status, 200);
    isReady = false;
    const answer = await get('/readyz');
    assert.equal(answer.status, 503);
    assert.deepEqual(await answer.json(), { isReady: false, checks: { disk: 'failed', other: 'ok' } });
    assert.equal((await get('/healthz')).status, 200);
    assert.match(await (await get('/metrics')).text(), /hikyaku_things_total\{app="test"\} 3/);
    assert.equal((await get('/elsewhere')).status, 404);
  } finally {
    await health.close();
  }
});

test('a check that throws is a check that failed', async () => {
  const result = await checkReadiness({
    broken: () => {
      throw new Error('down');
    },
  });
  assert.deepEqual(result, { isReady: false, checks: { broken: 'failed' } });
});

test('buffers that live shortly set off no full collections where they are let go in time', () => {
  const fullCollections = (letGo: string): number => {
    const text = printed(`
      import { constants, PerformanceObserver } from 'node:perf_hooks';
      import { createYoungCollector } from ${JSON.stringify(index)};
      let full = 0;
      new PerformanceObserver((list) => {
        for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) full += 1;
      }).observe({ entryTypes: ['gc'] });
      const letGo = ${letGo};
      for (let round = 0; round < 400; round++) {
        for (let count = 0; count < 64; count++) {
          Buffer.allocUnsafeSlow(16384);
          letGo(16384);
        }
        await new Promise(setImmediate);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
      process.stdout.write(String(full));
    `);
    return Number(text);
  };
  const without = fullCollections('() => {}');
  const inTime = fullCollections('createYoungCollector()');
  assert.ok(inTime * 2 < without, `${inTime} with, ${without} without`);
});

test('a stop that comes while a program starts closes what is opened until then, and the start goes no further', async () => {
  const closed: string[] = [];
  const shutdown = createShutdown({ logger, deadlineMs: 1000, onSignals: false });
  shutdown.push('database', () => closed.push('database'));
  const running = shutdown.run('SIGTERM');
  assert.throws(() => shutdown.push('hand-off', () => closed.push('hand-off')), StopAsked);
  assert.deepEqual(await running, []);
  assert.deepEqual(closed, ['database', 'hand-off']);
});

test('a program whose parent died before it looked ends by itself', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'hikyaku-orphan-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const child = `
    process.disconnect();
    const { createLogger, createShutdown } = await import(${JSON.stringify(index)});
    createShutdown({ logger: createLogger({ name: 'test', level: 'silent' }), deadlineMs: 1000 });
    setTimeout(() => process.exit(7), 10_000);`;
  await writeFile(join(dir, 'child.mjs'), child);
  const orphan = fork(join(dir, 'child.mjs'), { stdio: 'ignore' });
  const [code] = await once(orphan, 'exit');
  assert.equal(code, 1);
});

test('numbers that cannot be read are an answer, and not the end of the process', async () => {
  const health = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    metrics: {
      registry: {
        contentType: 'text/plain; version=0.0.4; charset=utf-8',
        metrics: () => Promise.reject(new Error('no numbers')),
      },
    },
    checks: {},
  });
  try {
    const get = (path: string) =>
      fetch(`http://127.0.0.1:${health.port}${path}`, { signal: AbortSignal.timeout(5_000) });
    assert.equal((await get('/metrics')).status, 500);
    assert.equal((await get('/healthz')).status, 200);
  } finally {
    await health.close();
  }
});
