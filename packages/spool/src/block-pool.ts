/**
 * Working blocks of one size, used again: a block a mail would be garbage outside of V8's heap, of which little is enough to set off a collection
 * of the whole heap. At most `maxFree` are kept, and none keeps what was in it.
 */
export function createBlockPool(sizeBytes: number, maxFree: number): { take(): Buffer; giveBack(block: Buffer): void } {
  const free: Buffer[] = [];
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(sizeBytes),
    giveBack(block) {
      if (free.length >= maxFree) return;
      block.fill(0);
      free.push(block);
    },
  };
}
