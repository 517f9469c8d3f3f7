import { faultPoint } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';
import type { DiskBudget } from './disk-budget.ts';
import type { Segment } from './segment.ts';

/** Unlinks segments in which nothing is left. One whose unlinking fails is tried again with the next. */
export class SegmentRetirement {
  private readonly budget: DiskBudget;
  private readonly logger: Logger;
  private readonly finished = new Set<Segment>();
  private running: Promise<void> | undefined;

  constructor(budget: DiskBudget, logger: Logger) {
    this.budget = budget;
    this.logger = logger;
  }

  /** Resolves when everything finished so far has been tried. */
  async add(segment: Segment): Promise<void> {
    this.finished.add(segment);
    await this.sweep();
  }

  async sweep(): Promise<void> {
    await this.running;
    this.running ??= this.unlinkAll().finally(() => {
      this.running = undefined;
    });
    await this.running;
  }

  private async unlinkAll(): Promise<void> {
    for (const segment of [...this.finished]) {
      try {
        await faultPoint('journal.before-unlink');
        await segment.unlink();
        this.finished.delete(segment);
        this.budget.release(segment.size + segment.finishedBytes);
      } catch (error) {
        this.logger.warn({ event: 'journal.unlink_failed', segment: segment.sequence, err: error });
        return;
      }
    }
  }
}
