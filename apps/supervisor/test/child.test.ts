import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { processMark } from '@hikyaku/core';
import { Child } from '../src/child.ts';
import { LogFile } from '../src/log-file.ts';

async function withChild(
  code: string,
  use: (child: Child, pids: number[], problems: string[], logPath: string) => Promise<void>,
  env = (): Record<string, string> => ({ PATH: '/usr/bin:/bin' }),
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-child-'));
  const logPath = join(folder, 'child.log');
  const log = new LogFile(logPath);
  const pids: number[] = [];
  const problems: string[] = [];
  const spec = {
    name: 'probe',
    args: ['-e', code],
    cwd: folder,
    env,
    isReadyLine: (line: string) => line.includes('"event":"started"'),
    restartMaxMs: 1000,
    drainMs: 300,
  };
  const child = new Child(spec, log, {
    onSpawn: (pid) => pids.push(pid),
    onExit: () => {},
    onProblem: (_name, text) => problems.push(text),
  });
  try {
    await use(child, pids, problems, logPath);
  } finally {
    await child.stop(500);
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !isTrue(); await sleep(20)) assert.ok(Date.now() < end);
}

const READY = 'console.log(JSON.stringify({event:"started"}));';

test('a start waits for the ready line and a stop for the end', async () => {
  await withChild(
    `setTimeout(() => { ${READY} }, 100); setInterval(() => {}, 1000);`,
    async (child, pids, _problems, logPath) => {
      await child.start();
      assert.equal(pids.length, 1);
      assert.equal(await child.stop(2000), true);
      assert.throws(() => process.kill(pids[0]!, 0));
      assert.match(readFileSync(logPath, 'utf8'), /started/);
    },
  );
});

test('a child that ends by itself is started again', async () => {
  await withChild(`${READY} setTimeout(() => process.exit(3), 50);`, async (child, pids, problems) => {
    await child.start();
    await until(() => pids.length >= 2);
    assert.match(problems.join('\n'), /ended \(3\); starting it again in 0.5 s/);
  });
});

test('a child that cannot start is named with its last words', async () => {
  await withChild(
    `console.log(JSON.stringify({level:"fatal",event:"start.failed",msg:"no key"})); process.exit(1);`,
    async (child) => {
      await assert.rejects(child.start(), /probe did not start: start.failed: no key/);
    },
  );
});

test('a child that ignores SIGTERM is killed, and that is reported', async () => {
  await withChild(`process.on("SIGTERM", () => {}); ${READY} setInterval(() => {}, 1000);`, async (child) => {
    await child.start();
    assert.equal(await child.stop(200), false);
  });
});

test('a child has the IPC channel by which it learns of its supervisor’s death', async () => {
  await withChild(
    `process.on("disconnect", () => process.exit(0)); ${READY} setInterval(() => {}, 1000); if (!process.connected) process.exit(9);`,
    async (child, pids) => {
      await child.start();
      assert.equal(pids.length, 1);
    },
  );
});

test('a child that starts processes of its own is told the environment as it is now', async () => {
  const code = `process.on('message', ({ kind, env }) => console.log(JSON.stringify({ level: 'error', event: kind + ' ' + env.PATH })));
    ${READY} process.send({ kind: 'environment' });`;
  await withChild(code, async (child, _pids, problems) => {
    await child.start();
    await until(() => problems.length > 0);
    assert.deepEqual(problems, ['environment /usr/bin:/bin']);
  });
});

test('where the environment cannot be had now, as with a key file that somebody is replacing, a child that asks for it is told nothing, and nobody dies of it', async () => {
  let asked = 0;
  const env = (): Record<string, string> => {
    asked += 1;
    if (asked === 2) throw new Error('EACCES: master.key');
    return { PATH: '/usr/bin:/bin' };
  };
  await withChild(
    `${READY} process.send({ kind: 'environment' }); setInterval(() => {}, 1000);`,
    async (child, _pids, problems) => {
      await child.start();
      await until(() => problems.length > 0);
      assert.match(problems[0]!, /EACCES: master.key/);
      assert.equal(await child.stop(2000), true);
    },
    env,
  );
});

test('a child that cannot even be launched again, as on a machine without memory, is tried once more, and nobody dies of it', async () => {
  let starts = 0;
  const env = (): Record<string, string> => {
    starts += 1;
    // What the system refuses, `spawn` throws.
    return starts === 2 ? { PATH: '\0' } : { PATH: '/usr/bin:/bin' };
  };
  await withChild(
    `${READY} setTimeout(() => process.exit(3), 50);`,
    async (child, pids, problems) => {
      await child.start();
      await until(() => pids.length >= 2);
      assert.ok(starts >= 3);
      assert.match(problems.join('\n'), /could not be launched/);
    },
    env,
  );
});

/** It starts one of its own, which shares its output, hangs and hears nothing, and says which one. */
const WITH_HUNG_ONE = `const { spawn } = require('node:child_process');
  const hung = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); console.log("here"); setInterval(() => {}, 1000)'], { stdio: ['ignore', 'pipe', 'inherit'] });
  hung.stdout.once('data', () => { console.error('hung ' + hung.pid); ${READY} });
  setInterval(() => {}, 1000);`;

test('a child whose own child hangs is started again when it was killed, and what hung is ended', async () => {
  await withChild(WITH_HUNG_ONE, async (child, pids, problems) => {
    await child.start();
    await until(() => problems.some((text) => text.startsWith('hung ')));
    const hung = Number(problems.find((text) => text.startsWith('hung '))!.slice(5));
    process.kill(pids[0]!, 'SIGKILL');
    await until(() => pids.length >= 2);
    assert.equal(processMark(hung), null, 'it has ended');
  });
});

test('a stop ends with a child that had to be killed, though its own child hangs', async () => {
  await withChild(`process.on('SIGTERM', () => {}); ${WITH_HUNG_ONE}`, async (child) => {
    await child.start();
    assert.equal(await child.stop(200), false);
  });
});
