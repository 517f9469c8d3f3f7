import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningHikyaku, SmtpLine } from '@hikyaku/testing';

/** As many strangers at each door, each at an address of his own: from one address they would only push each other out. */
const STRANGERS_PER_DOOR = 10;
/** Beyond a thousand commands a second in all this process's own loopback would be measured. */
const REST_MS = 50;

/** Commands that cost a door the most to read, each as long as a line may be or longer; an attack of November used the first three. */
const WORST_COMMANDS = [
  `AUTH PLAIN ${' '.repeat(6060)}`,
  `MAIL FROM:<a@b>${' '.repeat(8000)}`,
  `RCPT TO:<${'@a,'.repeat(600)}:a@b>`,
  `AUTH LOGIN ${'A'.repeat(8000)}`,
  `AUTH PLAIN ${Buffer.from(`\0${'a'.repeat(2000)}\0${'b'.repeat(2000)}`).toString('base64')}`,
  `EHLO ${'['.repeat(4000)}`,
  `MAIL FROM:<${'"\\'.repeat(2000)}@b>`,
  `${'\0'.repeat(4000)}`,
  `NOOP ${'\x80'.repeat(8000)}`,
  `RCPT TO:<${'テ'.repeat(800)}@${'。'.repeat(400)}>`,
  `XYZZY${'='.repeat(8000)}`,
];

/** Ten strangers at each door who speak the worst commands as fast as they are answered, and come again when they are sent away. */
export function floodDoors(smtp: RunningHikyaku['smtp']): { commands(): number; stop(): Promise<void> } {
  const { host, submission, alternative, smtps, legacySubmission, legacySmtps } = smtp;
  const doors = [
    ...[submission, alternative, legacySubmission].map((port) => ({ port, tls: undefined })),
    ...[smtps, legacySmtps].map((port) => ({ port, tls: {} })),
  ];
  let isOver = false;
  let commands = 0;
  const stranger = async (door: (typeof doors)[number], number: number): Promise<void> => {
    while (!isOver) {
      const line = await SmtpLine.open({ ...door, host, localAddress: `127.9.0.${number + 1}` }).catch(() => null);
      try {
        for (; line && !isOver; commands++) {
          await line.say(WORST_COMMANDS[commands % WORST_COMMANDS.length]!);
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
    commands: () => commands,
    stop: async () => {
      isOver = true;
      await running;
    },
  };
}
