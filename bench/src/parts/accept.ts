import { ONE_CORE } from '../servers/serving-setup.ts';
import type { BenchPart } from './bench-part.ts';
import { type AcceptCase, compareAccepting } from './compare-accepting.ts';

const CASES: AcceptCase[] = [
  { mail: '2 KB', mailBytes: 2048, sessions: 20, setup: ONE_CORE },
  { mail: '2 KB', mailBytes: 2048, sessions: 100, setup: ONE_CORE },
  { mail: '200 KB', mailBytes: 200_000, sessions: 20, setup: ONE_CORE },
  { mail: '200 KB', mailBytes: 200_000, sessions: 100, setup: ONE_CORE },
];

/** Mails accepted: one TLS session with AUTH a mail, our edge and Postfix by turns on one core, the load generator on another. */
export const accept: BenchPart = {
  name: 'accept',
  what: 'mails accepted, one TLS session with AUTH each, beside Postfix',
  run: (context) => compareAccepting(context, CASES),
};
