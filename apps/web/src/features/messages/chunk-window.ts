/** What is drawn of rows in chunks, and the room that is kept free for the rest. */
export interface ChunkWindow {
  /** The first chunk that is drawn, and the first behind them that is not. */
  from: number;
  to: number;
}

/**
 * Heights of chunks as they were drawn; one that was not yet is taken to be as the first that was. A chunk's height is its distance to the next one.
 * A list of 100,000 rows has some 3,300 of them.
 */
export class ChunkHeights {
  private readonly known = new Map<number, number>();
  private estimatePx = 0;
  private isEstimateWhole = false;

  /** `share`: how much of a chunk it is; the last one of a list is seldom whole. */
  note(chunk: number, px: number, share = 1): void {
    if (px <= 0) return;
    this.known.set(chunk, px);
    // Kept as the first whole one was: what is above the reader must not move with each one that is measured.
    if (this.isEstimateWhole || (this.estimatePx && share < 1)) return;
    this.estimatePx = px / share;
    this.isEstimateWhole = share === 1;
  }

  get isKnown(): boolean {
    return this.known.size > 0;
  }

  /** They are of another width. */
  forget(): void {
    this.known.clear();
    this.estimatePx = 0;
    this.isEstimateWhole = false;
  }

  sum(from: number, to: number): number {
    let px = 0;
    for (let chunk = from; chunk < to; chunk++) px += this.known.get(chunk) ?? this.estimatePx;
    return px;
  }

  /** The chunks of `count` that lie between two distances from the first one's top; always at least one. */
  between(topPx: number, bottomPx: number, count: number): ChunkWindow {
    let [from, to, px] = [0, 0, 0];
    for (; to < count && (px < bottomPx || to <= from); to++) {
      px += this.known.get(to) ?? this.estimatePx;
      if (px <= topPx && to + 1 < count) from = to + 1;
    }
    return { from, to: Math.max(to, Math.min(from + 1, count)) };
  }
}
