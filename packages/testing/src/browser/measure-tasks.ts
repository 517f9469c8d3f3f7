import type { Browser } from 'playwright-core';

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** CPU time of the thread, microseconds. */
  tdur?: number;
  args?: { name?: string };
}

const TASK = 'ThreadControllerImpl::RunTask';

/**
 * What the page's main thread did while `work` ran: CPU milliseconds of each of its tasks, the longest first. While one runs nothing is drawn and nothing
 * pressed is heard. CPU time, so that what else the machine does is not in it; a throttled page's waiting is.
 */
export async function measureTasks(browser: Browser, work: () => Promise<unknown>): Promise<number[]> {
  const devtools = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  devtools.on('Tracing.dataCollected', ({ value }) => {
    for (const one of value as unknown as TraceEvent[])
      if (one.name === TASK || one.name === 'thread_name') events.push(one);
  });
  const ended = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve));
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel'] },
  });
  try {
    await work();
  } finally {
    await devtools.send('Tracing.end');
    await ended;
    await devtools.detach();
  }
  const isMain = new Set(
    events.flatMap(({ ph, args, pid, tid }) =>
      ph === 'M' && args?.name === 'CrRendererMain' ? [`${pid} ${tid}`] : [],
    ),
  );
  return events
    .flatMap(({ name, pid, tid, tdur }) => (name === TASK && tdur && isMain.has(`${pid} ${tid}`) ? [tdur / 1_000] : []))
    .sort((a, b) => b - a);
}
