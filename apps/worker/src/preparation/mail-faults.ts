import type { MailFacts } from '@hikyaku/mail';
import type { MailReading } from './serve-preparation.ts';

/** What a reader with a defect would do, by the name that a mail gives it. */
const FAULTS: Record<string, () => void> = {
  crash: () => {
    throw new TypeError('secret words of the mail');
  },
  exit: () => process.exit(1),
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
};
/** The fault is asked for in a mail's first bytes. */
const ASKED_WITHIN = 2_000;

/** The reading with faults that a mail asks for by `x-fault: NAME`. Where fault points are obeyed only, which is in tests: no reader of ours is known to have one. */
export function withFaults(begin: (facts: MailFacts) => MailReading): (facts: MailFacts) => MailReading {
  return (facts) => {
    const reading = begin(facts);
    return {
      push(chunk) {
        const fault = /x-fault: (\w{1,10})/.exec(Buffer.from(chunk).toString('latin1', 0, ASKED_WITHIN))?.[1];
        if (fault) FAULTS[fault]?.();
        reading.push(chunk);
      },
      end: reading.end,
    };
  };
}
