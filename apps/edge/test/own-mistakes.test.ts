import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { SessionLog } from '../src/sessions/session-log.ts';
import { BARE_DIALOGUES } from './harness/bare-dialogues.ts';

for (const [door, make] of BARE_DIALOGUES)
  test(`${door.protocol}: a mistake of ours while an answer is written ends its session alone`, async (t) => {
    const dialogue = make(door);
    const place = { since: 0, sendAway: () => {}, signIn: () => true, release: () => {} };
    let isBroken = true;
    const fails = (): void => {
      if (isBroken) throw new Error('a mistake of ours');
    };
    const server = createServer({ pauseOnConnect: true }, (socket) => {
      const log = new SessionLog(door, '192.0.2.1', () => 0, { step() {} });
      dialogue.begin(socket, Object.assign(log, { ending: fails }), place);
    });
    t.after(() => server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as { port: number };
    const talk = async (): Promise<string> => {
      const socket = connect(port, '127.0.0.1').setEncoding('latin1');
      let heard = '';
      socket.on('data', (text: string) => {
        heard += text;
        socket.write('QUIT\r\n');
      });
      socket.on('error', () => {});
      await once(socket, 'close');
      return heard;
    };
    await talk();
    isBroken = false;
    assert.match(await talk(), /bye/i, 'the next one is served');
  });
