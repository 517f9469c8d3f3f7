import { ONE_CORE, ONE_CORE_PLAIN, WHOLE_MACHINE } from '../servers/serving-setup.ts';
import type { BenchPart } from './bench-part.ts';
import { type AcceptCase, compareAccepting } from './compare-accepting.ts';

const CASES: AcceptCase[] = [
  // What a lone camera waits for.
  { mail: '2 KB, alone', mailBytes: 2048, sessions: 1, setup: ONE_CORE },
  { mail: '3 MB', mailBytes: 3_000_000, sessions: 20, setup: ONE_CORE },
  { mail: '2 KB, plain', mailBytes: 2048, sessions: 100, setup: ONE_CORE_PLAIN },
  { mail: '2 KB, sync + 3 ms', mailBytes: 2048, sessions: 100, setup: ONE_CORE, syncMs: 3 },
  // An edge of two processes.
  { mail: '2 KB, both cores', mailBytes: 2048, sessions: 100, setup: WHOLE_MACHINE },
];

/** What `accept` leaves out: a mail alone, very large ones, sessions without TLS, a slow disk, and the whole machine for either side. */
export const edge: BenchPart = {
  name: 'edge',
  what: 'mails accepted beside Postfix: one at a time, 3 MB, without TLS, a slow disk, both cores',
  run: (context) => compareAccepting(context, CASES),
};
