import type { PartRoot } from './part-root.ts';

/**
 * How a part's content leaves. `keep`: as it came but for line ends and NUL. `bytes`, `text` (its line ends mended), `base64`, `quoted` and `uu` are read so and
 * written as base64. `drop` is for what stands outside of a multipart's parts: nobody is shown it.
 */
export type Transform = 'keep' | 'bytes' | 'text' | 'base64' | 'quoted' | 'uu' | 'drop';

export interface PartPlan {
  /** The whole new header with its empty line, one byte per character; null for the one that it has. */
  header: string | null;
  transform: Transform;
}

/** What is to be done with a body, part by part. Plain data: it may come from another thread. */
export interface BodyPlan {
  root: PartRoot;
  /** By the parts' numbers; a part that is not here leaves as it came. */
  parts: Record<number, PartPlan>;
}
