import type { BrowserContext } from 'playwright-core';

export interface LoadedPage {
  /** Bytes on the wire, compressed and with their headers, of the scripts that were asked for before the page was ready. */
  scriptBytes: number;
  /** The same of everything: document, styles, fonts, answers of the api. */
  allBytes: number;
  /** Milliseconds from the beginning of the navigation. */
  readyMs: number;
  nodes: number;
}

export interface LoadOptions {
  url: string;
  /** An expression in the page that is true once its reader can use it. */
  isReady: string;
  /** How many times slower the page's own work is made. */
  slower?: number;
}

/** In the page: when it was ready, to a frame. */
const watch = (isReady: string) => `{
  const look = () => {
    let is = false;
    try { is = Boolean(${isReady}); } catch {}
    if (is) window.readyAt = performance.now();
    else requestAnimationFrame(look);
  };
  look();
}`;

/** A page that takes longer is broken, whatever the machine. */
const READY_WITHIN_MS = 120_000;

const WAIT = `new Promise((resolve, reject) => {
  const look = () => (window.readyAt ? resolve(window.readyAt) : requestAnimationFrame(look));
  look();
  setTimeout(() => reject(new Error(location.pathname + ' was not ready in time')), ${READY_WITHIN_MS});
})`;

/** Loads a page with nothing cached in a tab of its own. @throws Error when it is not ready in two minutes */
export async function measureLoad(
  context: BrowserContext,
  { url, isReady, slower = 1 }: LoadOptions,
): Promise<LoadedPage> {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  const asked = new Map<string, { isScript: boolean; bytes: number }>();
  devtools.on('Network.requestWillBeSent', ({ requestId, type }) => {
    asked.set(requestId, { isScript: type === 'Script', bytes: 0 });
  });
  devtools.on('Network.responseReceived', ({ requestId, type }) => {
    const one = asked.get(requestId);
    // What is only preloaded is told as something else when it is asked for.
    if (one && type === 'Script') one.isScript = true;
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const one = asked.get(requestId);
    if (one) one.bytes = encodedDataLength;
  });
  try {
    await devtools.send('Network.enable');
    await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower });
    await page.addInitScript(watch(isReady));
    await page.goto(url, { waitUntil: 'commit' });
    // By the debugger: what the page itself evaluates, its policy refuses.
    const readyMs = Number(await page.evaluate(WAIT));
    const until = [...asked.values()];
    // What was asked for before may still be on its way.
    await page.waitForLoadState('load');
    const sum = (ones: typeof until) => ones.reduce((bytes, one) => bytes + one.bytes, 0);
    return {
      scriptBytes: sum(until.filter(({ isScript }) => isScript)),
      allBytes: sum(until),
      readyMs,
      nodes: Number(await page.evaluate('document.querySelectorAll("*").length')),
    };
  } finally {
    await page.close();
  }
}
