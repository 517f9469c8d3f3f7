import { writeSync } from 'node:fs';

/** What an armed point does: end the process as SIGKILL would, throw, or wait. */
type FaultAction = { kind: 'kill' } | { kind: 'fail' } | { kind: 'stall'; ms: number };

interface ArmedPoint {
  action: FaultAction;
  /** The action happens at this pass (1 = the first) and, unless it is `kill`, at every later one up to `until`. */
  from: number;
  until: number;
  passes: number;
}

let armed: Map<string, ArmedPoint> | undefined;

/** A place where durability tests break things. Does nothing, and costs one comparison, unless armed. */
export function faultPoint(name: string): Promise<void> | undefined {
  return armed === undefined ? undefined : strike(name);
}

/**
 * Arms points from text: `name=kill@3,other=fail@1-2,third=stall:500`. Tests only; see `obeyFaultPoints` for the setting.
 * @throws Error when the text cannot be read.
 */
export function armFaultPoints(text: string): void {
  const points = new Map<string, ArmedPoint>();
  for (const item of text.split(',').filter(Boolean)) {
    const match = /^([\w.-]+)=(kill|fail|stall:(\d+))(?:@(\d+)(?:-(\d+))?)?$/.exec(item.trim());
    if (!match) throw new Error(`not a fault point: ${item}`);
    const [, name, verb, ms, from, until] = match;
    const action: FaultAction =
      verb === 'kill' ? { kind: 'kill' } : verb === 'fail' ? { kind: 'fail' } : { kind: 'stall', ms: Number(ms) };
    const first = Number(from ?? 1);
    points.set(name!, {
      action,
      from: first,
      until: until ? Number(until) : from ? first : Number.POSITIVE_INFINITY,
      passes: 0,
    });
  }
  armed = points.size ? points : undefined;
}

async function strike(name: string): Promise<void> {
  const point = armed?.get(name);
  if (!point) return;
  point.passes += 1;
  if (point.passes < point.from || point.passes > point.until) return;
  if (point.action.kind === 'stall') {
    const { ms } = point.action;
    return new Promise((resolve) => setTimeout(resolve, ms));
  }
  if (point.action.kind === 'fail') throw new Error(`fault point ${name}`);
  writeSync(2, `fault point ${name}: killed\n`);
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
}
