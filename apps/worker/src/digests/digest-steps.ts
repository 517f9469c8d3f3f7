import { followDigests } from '@hikyaku/db';
import type { SweepStep } from '../sweep/sweep.ts';

/** What is done every second: a digest is late by no more than that. An idle look is one small statement each. */
export const DIGESTING: Record<string, SweepStep> = {
  digests: (tools) => tools.makeDigests(),

  async digestEnds(tools) {
    if ((await followDigests(tools.database, tools.plans.failedContentMs)) > 0) tools.tell();
  },
};
