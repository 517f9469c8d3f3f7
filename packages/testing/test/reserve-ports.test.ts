import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { reservePorts } from '../src/index.ts';

const room = new URL('../src/ports/reserve-ports.ts', import.meta.url).href;

test('reserved ports are free, below those the kernel gives out, and nobody gets them a second time', async () => {
  const mine = await Promise.all(Array.from({ length: 40 }, () => reservePorts(13)));
  const others = await Promise.all(
    [1, 2].map(async () => {
      const code = `const { reservePorts } = await import(${JSON.stringify(room)});
        const all = []; for (let n = 0; n < 40; n++) all.push(...(await reservePorts(13))); console.log(JSON.stringify(all));`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code]);
      return JSON.parse(stdout) as number[];
    }),
  );
  // The two others ran side by side with each other; what they gave back when they ended may come again.
  const ours = mine.flat();
  assert.equal(new Set(ours).size, 40 * 13);
  for (const ports of others)
    assert.deepEqual(
      ports.filter((port) => ours.includes(port)),
      [],
    );
  const ephemeral = createServer();
  await new Promise<void>((resolve) => ephemeral.listen(0, '127.0.0.1', resolve));
  const { port } = ephemeral.address() as { port: number };
  ephemeral.close();
  assert.ok(Math.max(...ours) < port);
  for (const reserved of ours.slice(0, 20)) {
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(reserved, '127.0.0.1', resolve));
    server.close();
  }
});
