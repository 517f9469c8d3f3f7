/**
 * Several texts of Prometheus metrics as one: each name's help and type once, then everybody's numbers, which their labels tell apart. Numbers are
 * not added up: who reads them can do that, and could not undo it.
 */
export function gatherMetrics(texts: string[]): string {
  const families = new Map<string, { head: string[]; numbers: string[] }>();
  for (const text of texts) {
    let family: { head: string[]; numbers: string[] } | undefined;
    for (const line of text.split('\n')) {
      if (!line) continue;
      const name = /^# (?:HELP|TYPE) (\S+)/.exec(line)?.[1];
      if (name === undefined) {
        family?.numbers.push(line);
        continue;
      }
      family = families.get(name) ?? { head: [], numbers: [] };
      families.set(name, family);
      if (family.numbers.length === 0 && !family.head.includes(line)) family.head.push(line);
    }
  }
  return [...families.values()].map(({ head, numbers }) => `${[...head, ...numbers].join('\n')}\n`).join('\n');
}
