import { sourceOf } from './bundled-source.ts';

/** As the inspector's Profiler gives it (Chrome DevTools Protocol). */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number }; children?: number[] }[];
  samples: number[];
  timeDeltas: number[];
}

export interface Share {
  name: string;
  /** Of the time in which the process's main thread did anything. */
  share: number;
}

/**
 * Where the main thread's time went, largest first: by package (native work counts for the package that asked for it), and by what a function of
 * ours took with all that it called. Native work that no JavaScript is under, as most of a TLS handshake, is `(program)`.
 */
export function readProfile({ nodes, samples, timeDeltas }: CpuProfile): { packages: Share[]; functions: Share[] } {
  const byId = new Map(
    nodes.map(({ id, callFrame }) => [id, { name: callFrame.functionName, source: sourceOf(callFrame) }]),
  );
  const parentOf = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  let busy = 0;
  for (const [index, sample] of samples.entries()) {
    const leaf = byId.get(sample)!.name;
    if (leaf === '(idle)' || leaf === '(root)') continue;
    const time = timeDeltas[index] ?? 0;
    busy += time;
    let owner: string | undefined;
    const seen = new Set<string>();
    for (let id: number | undefined = sample; id !== undefined; id = parentOf.get(id)) {
      const { name, source } = byId.get(id)!;
      owner ??= packageOf(source);
      const own = /\/(apps|packages)\/(\w+\/src\/.*)$/.exec(source)?.[2];
      if (own && name) seen.add(`${name} (${own.replace('/src/', '/')})`);
    }
    add(packages, owner ?? (leaf.startsWith('(') ? leaf : 'node'), time);
    for (const name of seen) add(functions, name, time);
  }
  const shares = (times: Map<string, number>): Share[] =>
    [...times].map(([name, time]) => ({ name, share: time / busy })).sort((a, b) => b.share - a.share);
  return { packages: shares(packages), functions: shares(functions) };
}

function packageOf(source: string): string | undefined {
  return (
    /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? /\/((?:apps|packages)\/\w+)\/src\//.exec(source)?.[1]
  );
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time);
}
