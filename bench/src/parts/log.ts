import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deviceMailSession, playSession, startHikyaku } from '@hikyaku/testing';
import { measureTasks, openBrowser } from '@hikyaku/testing/browser';
import { figure, markdownTable } from '../report/table.ts';
import { makeBusyTenant } from '../servers/busy-tenant.ts';
import type { BenchPart, Length } from './bench-part.ts';

/** One in twenty seconds: three weeks of a site that never rests. */
const EVERY_S = 20;
const ROWS: Record<Length, number> = { short: 20_000, default: 100_000, long: 100_000 };
/** A phone of the middle class beside this machine. */
const SLOWER = 4;
const MOST_NODES = 3_000;
/** CPU of the longest task: what a press of a button waits for at most. */
const MOST_TASK_MS = 500;
const NEWS = 12;
const DEPTHS = [0.01, 0.1, 0.5, 1];
const camera = deviceMailSession(join(import.meta.dirname, '../../../packages/testing/fixtures/device-mails'), '04-');

/** In the page: scrolls as a hand does, three screens a frame, until so many rows were asked for. */
const scrollTo = (rows: number): string => `new Promise((resolve) => {
  let still = 0;
  const step = () => {
    const before = window.scrollY;
    window.scrollBy(0, 2400);
    still = window.scrollY === before ? still + 1 : 0;
    if (window.loadedRows >= ${rows} || still > 600) resolve();
    else requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;
/** To the middle, the end and back, as one who pulls the bar does. */
const JUMPS = `(async () => {
  for (const at of [0.5, 1, 0.25, 0.9, 0.5]) {
    window.scrollTo(0, at * document.body.scrollHeight);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
})()`;

/** In the page, from its start: counts the rows that its lists were given. */
const COUNT_ROWS = `{
  window.loadedRows = 0;
  const ask = window.fetch;
  window.fetch = async (...wish) => {
    const answer = await ask(...wish);
    if (/\\/api\\/v1\\/log\\?/.test(String(wish[0]))) {
      const { items } = await answer.clone().json();
      if (/cursor=[^&]/.test(String(wish[0]))) window.loadedRows += items.length;
    }
    return answer;
  };
}`;

/** The log of a tenant that never rests, read to its end in Chromium: frames, elements, requests, memory; searched and grown at that length. */
export const log: BenchPart = {
  name: 'log',
  what: `a scroll through 100,000 rows of the log with a processor ${SLOWER} times slower: frames, nodes, requests, memory; searches and ${NEWS} new mails at that length`,
  async run({ length, say }) {
    const hikyaku = await startHikyaku({ env: { HIKYAKU_ALLOW_PRIVATE_UPSTREAMS: 'true' } });
    const browser = await openBrowser();
    try {
      const { cookies, login } = await makeBusyTenant(hikyaku, ROWS[length], EVERY_S);
      const context = await browser.newContext({ locale: 'ja-JP', viewport: { width: 1280, height: 800 } });
      await context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: hikyaku.webUrl })));
      const page = await context.newPage();
      const devtools = await context.newCDPSession(page);
      let requests = 0;
      page.on('request', (request) => {
        if (/\/api\/v1\/log\?/.test(request.url())) requests += 1;
      });
      await page.addInitScript(COUNT_ROWS);
      await page.goto(`${hikyaku.webUrl}/messages`);
      await page.locator('tbody a[href^="/messages/"]').first().waitFor();
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
      const rows: Record<string, string | number>[] = [];
      const problems: string[] = [];
      const measure = async (what: string, work: () => Promise<unknown>) => {
        const before = requests;
        const tasks = await measureTasks(browser, work);
        const nodes = Number(await page.evaluate('document.querySelectorAll("*").length'));
        await devtools.send('HeapProfiler.collectGarbage');
        const { usedSize } = await devtools.send('Runtime.getHeapUsage');
        const [worst = 0] = tasks;
        rows.push({
          ...{ what, requests: requests - before, nodes, 'heap MB': figure(usedSize / 1e6) },
          ...{ 'longest task ms': figure(worst), 'over 50 ms': tasks.filter((ms) => ms > 50).length },
          'CPU ms': figure(tasks.reduce((sum, ms) => sum + ms, 0)),
        });
        say(`${what}: ${nodes} nodes, ${requests - before} requests, the longest task ${figure(worst)} ms`);
        if (nodes > MOST_NODES) problems.push(`${what}: ${nodes} nodes`);
        if (worst > MOST_TASK_MS) problems.push(`${what}: a task of ${figure(worst)} ms`);
      };
      for (const depth of DEPTHS) {
        const wanted = Math.floor(ROWS[length] * depth * 0.99);
        await measure(`down to row ${wanted}`, () => page.evaluate(scrollTo(wanted)));
      }
      await measure('to the middle, the end and back', () => page.evaluate(JUMPS));
      await measure(`${NEWS} new mails`, async () => {
        await Promise.all(Array.from({ length: NEWS }, () => playSession(camera, hikyaku.smtp, login)));
        await page.getByText(`新着 ${NEWS} 通`).waitFor({ timeout: 120_000 });
      });
      await measure('up to them', async () => {
        await page.getByText(`新着 ${NEWS} 通`).click();
        await sleep(1_000);
      });
      for (const words of ['gate 77', '玄関', 'nothing has this']) {
        await measure(`search “${words}”`, async () => {
          const answered = page.waitForResponse((response) => /\/api\/v1\/log\?.*q=/.test(response.url()));
          await page.getByRole('searchbox').fill(words);
          await answered;
          await sleep(1_000);
        });
      }
      return {
        text: [`${ROWS[length]} mails, one in ${EVERY_S} s; ${SLOWER} times slower.`, markdownTable(rows)].join('\n\n'),
        problems,
      };
    } finally {
      await browser.close();
      await hikyaku.stop();
    }
  },
};
