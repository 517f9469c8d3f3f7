import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { armFaultPoints, faultPoint, obeyFaultPoints } from '../src/index.ts';

afterEach(() => armFaultPoints(''));

test('text arms at once', async () => {
  obeyFaultPoints('step=fail', 'edge');
  await assert.rejects(async () => faultPoint('step'));
});

test('a file in the folder arms its process only, at any time, and is used up', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-faults-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const put = (processName: string, text: string): void => {
    writeFileSync(join(folder, 'new'), text);
    renameSync(join(folder, 'new'), join(folder, processName));
  };
  const arm = async (text: string): Promise<void> => {
    put('edge', text);
    for (let tries = 0; existsSync(join(folder, 'edge')); tries++) {
      assert.ok(tries < 200, 'the file is not looked at');
      await sleep(10);
    }
  };
  put('worker', 'step=fail');
  obeyFaultPoints(folder, 'edge');
  assert.equal(faultPoint('step'), undefined);
  assert.ok(existsSync(join(folder, 'worker')), 'another process’s file is left alone');
  await arm('step=fail@2\n');
  await faultPoint('step');
  await assert.rejects(async () => faultPoint('step'));
  await arm('');
  assert.equal(faultPoint('step'), undefined);
});
