import { BOTH_CORES, type Core, SERVER_CORE } from '../machine/cores.ts';

/** How a server under comparison is started: the same for each of them. */
export interface ServingSetup {
  core: Core;
  /** Logins without TLS are taken. */
  allowsPlain: boolean;
  /** A library to preload (`compileSlowSync`). Our Postgres, behind the 250, is without. */
  slowSync?: string;
}

/** Encrypted sessions on one core. */
export const ONE_CORE: ServingSetup = { core: SERVER_CORE, allowsPlain: false };
export const ONE_CORE_PLAIN: ServingSetup = { core: SERVER_CORE, allowsPlain: true };
/** The whole machine; the load generator beside it. */
export const WHOLE_MACHINE: ServingSetup = { core: BOTH_CORES, allowsPlain: false };
