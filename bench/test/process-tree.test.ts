import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { cpuMsOf, processTree } from '../src/machine/process-tree.ts';

test('the CPU of descendants counts for the root, also of those that have ended', async (t) => {
  const busy = `const end = Date.now() + 300; while (Date.now() < end); `;
  const child = spawn('sh', ['-c', `"${process.execPath}" -e '${busy}'; echo done; sleep 30 & wait`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => {
    for (const { pid } of processTree(child.pid!).reverse()) process.kill(pid, 'SIGKILL');
  });
  await once(child.stdout, 'data');
  assert.equal(processTree(child.pid!).filter(({ name }) => name.startsWith('node')).length, 0);
  const cpuMs = cpuMsOf([child.pid!]);
  assert.ok(cpuMs >= 50 && cpuMs < 5000, `${cpuMs} ms`);
});
