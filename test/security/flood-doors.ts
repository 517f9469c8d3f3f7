import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { type RunningHikyaku, SmtpLine } from '@hikyaku/testing';

/** As many strangers at each door, each at an address of his own: from one address they would only push each other out. */
const STRANGERS_PER_DOOR = 10;
/** Beyond a thousand commands a second in all this process's own loopback would be measured. */
const REST_MS = 50;
/** A door that says nothing has sent him away, or makes him wait longer than he stays. */
const ANSWER_WITHIN_MS = 30_000;

/** Commands that cost a door the most to read, each as long as a line may be or longer; an attack of November used the first three. */
const WORST_SMTP = [
  `AUTH PLAIN ${' '.repeat(6060)}`,
  `MAIL FROM:<a@b>${' '.repeat(8000)}`,
  `RCPT TO:<${'@a,'.repeat(600)}:a@b>`,
  `AUTH LOGIN ${'A'.repeat(8000)}`,
  `AUTH PLAIN ${Buffer.from(`\0${'a'.repeat(2000)}\0${'b'.repeat(2000)}`).toString('base64')}`,
  `EHLO ${'['.repeat(4000)}`,
  `MAIL FROM:<${'"\\'.repeat(2000)}@b>`,
  `X${'\0'.repeat(4000)}X`,
  `NOOP ${'\x80'.repeat(8000)}`,
  `RCPT TO:<${'テ'.repeat(800)}@${'。'.repeat(400)}>`,
  `XYZZY${'='.repeat(8000)}`,
];
/** A line of POP3 has half a kilobyte; what is longer ends the dialogue. */
const WORST_POP3 = [
  `USER ${' '.repeat(500)}`,
  `PASS ${'-'.repeat(500)}`,
  `USER ${'@'.repeat(500)}`,
  `${'\x80'.repeat(500)}`,
  `USER ${'テ'.repeat(160)}`,
  `APOP ${'a '.repeat(250)}`,
  `XYZZY${'='.repeat(8000)}`,
];

/** One dialogue of a stranger. Both fail when he is sent away. */
interface Dialogue {
  say(command: string): Promise<unknown>;
  close(): void;
}
interface FloodedDoor {
  port: number;
  tls: object | undefined;
  commands: string[];
  open(address: string): Promise<Dialogue>;
}

/** Ten strangers at each door who speak the worst commands as fast as they are answered, and come again when they are sent away. */
export function floodDoors({ smtp, ports }: RunningHikyaku): { commands(): number; stop(): Promise<void> } {
  const { host, submission, alternative, smtps, legacySubmission, legacySmtps } = smtp;
  const smtpDoor = (port: number, tls?: object): FloodedDoor => ({
    port,
    tls,
    commands: WORST_SMTP,
    open: (localAddress) => SmtpLine.open({ port, tls, host, localAddress }),
  });
  const popDoor = (port: number, tls?: object): FloodedDoor => ({
    port,
    tls,
    commands: WORST_POP3,
    open: (localAddress) => openPop({ port, host, localAddress }, tls),
  });
  const doors = [
    ...[submission, alternative, legacySubmission].map((port) => smtpDoor(port)),
    ...[smtps, legacySmtps].map((port) => smtpDoor(port, {})),
    popDoor(Number(ports.HIKYAKU_POP3_PORT)),
    popDoor(Number(ports.HIKYAKU_POP3S_PORT), {}),
  ];
  let isOver = false;
  let spoken = 0;
  const stranger = async ({ commands, open }: FloodedDoor, number: number): Promise<void> => {
    for (let next = number; !isOver; ) {
      const line = await open(`127.9.0.${number + 1}`).catch(() => null);
      try {
        for (; line && !isOver; spoken++) {
          await line.say(commands[next++ % commands.length]!);
          await sleep(REST_MS);
        }
      } catch {
        // Sent away, as he should be.
      }
      line?.close();
      await sleep(REST_MS);
    }
  };
  const running = Promise.all(
    doors.flatMap((door, at) =>
      Array.from({ length: STRANGERS_PER_DOOR }, (_, index) => stranger(door, at * STRANGERS_PER_DOOR + index)),
    ),
  );
  return {
    commands: () => spoken,
    stop: async () => {
      isOver = true;
      await running;
    },
  };
}

async function openPop(
  to: { port: number; host: string; localAddress: string },
  tls: object | undefined,
): Promise<Dialogue> {
  const raw = connect(to);
  const socket = tls ? connectTls({ socket: raw, rejectUnauthorized: false, ...tls }) : raw;
  // An error between two answers ends the dialogue, which the next command finds.
  for (const one of [raw, socket]) one.on('error', () => {});
  await answerOf(socket);
  return {
    say(command) {
      const answered = answerOf(socket);
      socket.write(`${command}\r\n`);
      return answered;
    },
    close: () => socket.destroy(),
  };
}

/** What comes next. @throws Error when the connection ends first, or nothing comes */
function answerOf(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (end: () => void): void => {
      clearTimeout(timer);
      socket.off('data', heard).off('close', gone).off('error', gone);
      end();
    };
    const heard = (): void => done(resolve);
    const gone = (): void => done(() => reject(new Error('sent away')));
    const timer = setTimeout(() => {
      socket.destroy();
      gone();
    }, ANSWER_WITHIN_MS);
    socket.once('data', heard).once('close', gone).once('error', gone);
  });
}
