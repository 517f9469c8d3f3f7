/** A user name that is that many keys away is the one that was meant. Ours differ from each other by far more. */
const MAX_DISTANCE = 2;
/** Of one that was cut so much is left at least. */
const MIN_CUT = 4;

/** The one of `names` that stands in what was typed, with more around it: a label, a sender's name, the password, itself once more. */
export function containedName(typed: string, names: readonly string[]): string | null {
  const text = typed.toLowerCase();
  return names.find((name) => text.includes(name)) ?? null;
}

/** The one of `names` that `typed` was most likely meant to be, or null. */
export function nearestName(typed: string, names: readonly string[]): string | null {
  let nearest: string | null = null;
  let least = MAX_DISTANCE + 1;
  for (const name of names) {
    if (Math.abs(name.length - typed.length) > MAX_DISTANCE) continue;
    const distance = distanceOf(typed, name);
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest ?? cutName(typed, names);
}

/** The only one of `names` that `typed` is the beginning of: a form cut it. */
function cutName(typed: string, names: readonly string[]): string | null {
  const [whole = null, another] = typed.length < MIN_CUT ? [] : names.filter((name) => name.startsWith(typed));
  return another === undefined ? whole : null;
}

/** Characters to be put in, left out or changed (Levenshtein). */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** A typed name that may be a password, for those who may not read it: its first character and its length. */
export function maskedName(typed: string): string {
  return `${typed.slice(0, 1)}••••• (${typed.length})`;
}
