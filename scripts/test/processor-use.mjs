import { cpus } from 'node:os';

function ticks() {
  const sum = { idle: 0, all: 0 };
  for (const { times } of cpus()) {
    sum.idle += times.idle;
    sum.all += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return sum;
}

/** Starts a measurement; each call of what it returns gives the share (0 to 1) of all cores' time that anybody on this machine used since the last. */
export function watchProcessors() {
  let before = ticks();
  return () => {
    const now = ticks();
    const all = now.all - before.all;
    const idle = now.idle - before.idle;
    before = now;
    return all > 0 ? 1 - idle / all : 1;
  };
}
