import { parentPort } from 'node:worker_threads';
import { beginReading, servePreparation } from '../src/preparation/serve-preparation.ts';

/** The real reading, with faults that a mail asks for by name: what a reader with a defect would do. */
const FAULTS: Record<string, () => void> = {
  crash: () => {
    throw new TypeError('secret words of the mail');
  },
  loop: () => {
    for (;;);
  },
  heap: () => {
    const all: unknown[] = [];
    for (;;) all.push({ all });
  },
  buffers: () => {
    const all: Buffer[] = [];
    for (;;) all.push(Buffer.alloc(1024 * 1024, 1));
  },
  exit: () => process.exit(1),
};

servePreparation(parentPort!, (facts) => {
  const reading = beginReading(facts);
  return {
    push(chunk) {
      const fault = /x-fault: (\w+)/.exec(Buffer.from(chunk).toString('latin1', 0, 2000))?.[1];
      if (fault) FAULTS[fault]!();
      reading.push(chunk);
    },
    end: reading.end,
  };
});
