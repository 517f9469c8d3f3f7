import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { armFaultPoints, faultPoint } from '../src/index.ts';

afterEach(() => armFaultPoints(''));

test('a point that is not armed does nothing and returns nothing to wait for', () => {
  assert.equal(faultPoint('anywhere'), undefined);
});

test('fail@2-3 fails the second and third pass only', async () => {
  armFaultPoints('step=fail@2-3');
  await faultPoint('step');
  await assert.rejects(async () => faultPoint('step'), /fault point step/);
  await assert.rejects(async () => faultPoint('step'), /fault point step/);
  await faultPoint('step');
  await faultPoint('other');
});

test('stall waits that long', async () => {
  armFaultPoints('step=stall:60');
  const startedAt = performance.now();
  await faultPoint('step');
  assert.ok(performance.now() - startedAt >= 55);
});

test('kill ends the process as SIGKILL does', () => {
  const module = join(import.meta.dirname, '../src/processes/fault-point.ts');
  const run = spawnSync(process.execPath, [
    '-e',
    `import(${JSON.stringify(module)}).then(async (m) => { m.armFaultPoints('x=kill@2'); await m.faultPoint('x'); console.log('once'); await m.faultPoint('x'); console.log('twice'); })`,
  ]);
  assert.equal(run.signal, 'SIGKILL');
  assert.equal(run.stdout.toString(), 'once\n');
});

test('text that is no fault point is refused', () => {
  assert.throws(() => armFaultPoints('step=explode'), /not a fault point/);
});
