export interface Places<Kind extends string> {
  /** Takes a place under each of these names, or none: null when one of them has as many as it may. The result gives it back, once. */
  take(names: Record<Kind, string>): (() => void) | null;
}

/**
 * Counts what is held at once, for instance per client and in all, so that one party cannot fill a place that everybody needs. Remembers
 * names only while they hold something.
 */
export function createPlaces<Kind extends string>(limits: Record<Kind, number>): Places<Kind> {
  const held = new Map<string, number>();
  const kinds = Object.keys(limits) as Kind[];
  return {
    take: (names) => {
      const keys = kinds.map((kind) => ({ key: `${kind}|${names[kind]}`, limit: limits[kind] }));
      if (keys.some(({ key, limit }) => (held.get(key) ?? 0) >= limit)) return null;
      for (const { key } of keys) held.set(key, (held.get(key) ?? 0) + 1);
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        for (const { key } of keys) {
          const left = held.get(key)! - 1;
          if (left > 0) held.set(key, left);
          else held.delete(key);
        }
      };
    },
  };
}
