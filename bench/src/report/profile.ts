import { readFileSync } from 'node:fs';

interface ProfileNode {
  id: number;
  callFrame: { functionName: string; url: string; lineNumber: number };
  children?: number[];
}

interface CpuProfile {
  nodes: ProfileNode[];
  samples: number[];
  timeDeltas: number[];
}

export interface ProfileLine {
  name: string;
  /** Of the time in which the process did anything. */
  share: number;
}

/** Where the time went: each function's own time, largest first. `file`: what `--cpu-prof` wrote. */
export function readProfile(file: string): ProfileLine[] {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const own = new Map<string, number>();
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const { functionName, url, lineNumber } = byId.get(id)!.callFrame;
    if (functionName === '(idle)' || functionName === '(root)') continue;
    const time = timeDeltas[index] ?? 0;
    busy += time;
    const name = url ? `${functionName || '(anonymous)'} ${shortUrl(url)}:${lineNumber + 1}` : functionName;
    own.set(name, (own.get(name) ?? 0) + time);
  }
  return [...own].map(([name, time]) => ({ name, share: time / busy })).sort((a, b) => b.share - a.share);
}

const shortUrl = (url: string): string => url.replace(/^file:\/\/.*?\/(apps|packages|node_modules|bench)\//, '$1/');
