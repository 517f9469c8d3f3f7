import { setTimeout as sleep } from 'node:timers/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import { type RunningHikyaku, startHikyaku } from '@hikyaku/testing';
import { type LoadedPage, measureLoad, openBrowser } from '@hikyaku/testing/browser';
import { createBenchMail } from '../load/bench-mail.ts';
import { type Login, runSession } from '../load/smtp-session.ts';
import { median } from '../report/statistics.ts';
import { figure, markdownTable } from '../report/table.ts';
import { makeBusyTenant } from '../servers/busy-tenant.ts';
import type { BenchPart, Length } from './bench-part.ts';

/** What a reader is promised. Kilobytes are 1,000 bytes, as a telephone's bill has them. */
const MOST_KB = { usual: 190, any: 230 };
const MOST_NODES = 3_000;
const MOST_READY_MS: Record<string, number> = { '/sign-in': 1_400, '/messages': 1_900 };
const MOST_LIVE_MS = 600;
/** A phone of the middle class beside this machine. */
const SLOWER = 4;
const MAILS = 3_000;
const LOADS: Record<Length, number> = { short: 1, default: 5, long: 11 };
const LIVE: Record<Length, number> = { short: 3, default: 11, long: 31 };
/** Between mails that come after quiet: a camera's pace, and long enough for the page to be at rest. */
const APART_MS = 3_000;
/** Pages of two hundred further down the log: nearly all of it. */
const FURTHER = 14;

/** React has taken the form over: what is pressed now is heard. */
const FORM_LIVES = `Object.keys(document.querySelector('form') ?? {}).some((key) => key.startsWith('__reactProps'))`;
const stands = (selector: string): string => `document.querySelector(${JSON.stringify(selector)})`;

interface PlaceToLoad {
  path: string;
  isReady: string;
  mostKb: number;
}

const placesOf = (device: string): PlaceToLoad[] => [
  { path: '/sign-in', isReady: FORM_LIVES, mostKb: MOST_KB.usual },
  { path: '/sign-up', isReady: FORM_LIVES, mostKb: MOST_KB.any },
  { path: '/', isReady: stands('main a[href^="/messages/"]'), mostKb: MOST_KB.usual },
  { path: '/messages', isReady: stands('tbody a[href^="/messages/"]'), mostKb: MOST_KB.usual },
  { path: '/devices', isReady: stands('tbody a'), mostKb: MOST_KB.any },
  { path: `/devices/${device}`, isReady: stands('tbody a'), mostKb: MOST_KB.any },
  { path: `/devices/${device}?tab=settings`, isReady: stands('main form'), mostKb: MOST_KB.any },
  { path: `/devices/${device}/setup`, isReady: stands('main code'), mostKb: MOST_KB.any },
  { path: '/devices/new', isReady: stands('main form'), mostKb: MOST_KB.any },
  { path: '/devices/import', isReady: stands('main input[type=file]'), mostKb: MOST_KB.any },
  { path: '/mailboxes', isReady: stands('main h2, main h3'), mostKb: MOST_KB.any },
  { path: '/mailboxes/smtp', isReady: stands('main form'), mostKb: MOST_KB.any },
  { path: '/alerts', isReady: stands('main form'), mostKb: MOST_KB.any },
  { path: '/settings', isReady: stands('main form'), mostKb: MOST_KB.any },
];

/** What a reader of the dashboard waits for: bytes, a slow processor's time, nodes, and a mail that comes in. */
export const web: BenchPart = {
  name: 'web',
  what: `the dashboard in Chromium: bytes of a first load, times with a processor ${SLOWER} times slower, nodes of a log with ${MAILS} mails, a mail coming in`,
  async run({ length, say }) {
    // With accounts at servers of one's own, whose form is measured too.
    const hikyaku = await startHikyaku({ env: { HIKYAKU_ALLOW_PRIVATE_UPSTREAMS: 'true' } });
    const browser = await openBrowser();
    try {
      const { cookies, device, login } = await makeBusyTenant(hikyaku, MAILS);
      const context = await browser.newContext({ locale: 'ja-JP', viewport: { width: 1280, height: 800 } });
      const signedOut = await browser.newContext({ locale: 'ja-JP', viewport: { width: 1280, height: 800 } });
      await context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: hikyaku.webUrl })));
      const rows: Record<string, string | number>[] = [];
      const problems: string[] = [];
      for (const { path, isReady, mostKb } of placesOf(device)) {
        const who = path.startsWith('/sign') ? signedOut : context;
        const loads: LoadedPage[] = [];
        for (let turn = 0; turn < LOADS[length]; turn++)
          loads.push(await measureLoad(who, { url: hikyaku.webUrl + path, isReady, slower: SLOWER }));
        const of = (pick: (load: LoadedPage) => number): number => median(loads.map(pick));
        const script = of(({ scriptBytes }) => scriptBytes) / 1_000;
        const ready = of(({ readyMs }) => readyMs);
        const page = path.replace(device, '…');
        rows.push({
          page,
          'script KB': figure(script),
          'all KB': figure(of(({ allBytes }) => allBytes) / 1_000),
          'ready ms': figure(ready),
          nodes: of(({ nodes }) => nodes),
        });
        say(`${page}: ${figure(script)} KB, ${figure(ready)} ms`);
        if (script > mostKb) problems.push(`${page} loads ${figure(script)} KB of script, more than ${mostKb}`);
        if (ready > (MOST_READY_MS[path] ?? Number.POSITIVE_INFINITY))
          problems.push(`${page} is ready after ${figure(ready)} ms`);
      }
      const page = await context.newPage();
      await page.goto(`${hikyaku.webUrl}/messages`);
      const row = page.locator('tbody a[href^="/messages/"]');
      await row.first().waitFor();
      const timeMails = async (apartMs: number): Promise<number[]> => {
        const times: number[] = [];
        for (let turn = 0; turn < LIVE[length]; turn++) {
          await sleep(apartMs);
          const newest = await row.first().getAttribute('href');
          const seen = page.evaluate(`new Promise((resolve) => {
            const look = () => {
              const href = document.querySelector('tbody a[href^="/messages/"]')?.getAttribute('href');
              if (href !== ${JSON.stringify(newest)}) resolve(Date.now());
              else requestAnimationFrame(look);
            };
            look();
          })`);
          const acceptedAt = await sendMail(hikyaku, login, turn);
          times.push(Number(await seen) - acceptedAt);
        }
        return times;
      };
      const afterQuiet = await timeMails(APART_MS);
      const live = await timeMails(0);
      for (const [when, times] of [
        ['after quiet', afterQuiet],
        ['right behind another', live],
      ] as const)
        if (median(times) > MOST_LIVE_MS)
          problems.push(`a mail ${when} is in the log ${figure(median(times))} ms after its 250`);
      const more = page.locator('main button', { hasText: 'さらに読み込む' });
      for (let turn = 0; turn < FURTHER; turn++) await more.click();
      const nodes = Number(await page.evaluate('document.querySelectorAll("*").length'));
      if (nodes > MOST_NODES) problems.push(`the log has ${nodes} nodes`);
      return {
        text: [
          `${LOADS[length]} loads of each page, nothing cached, medians.`,
          markdownTable(rows),
          `A mail after quiet is in the open log ${figure(median(afterQuiet))} ms (median of ${live.length}; slowest ${figure(Math.max(...afterQuiet))}) after its 250, one right behind another ${figure(median(live))} ms (slowest ${figure(Math.max(...live))}). The log, ${FURTHER} pages further down: ${nodes} nodes.`,
        ].join('\n\n'),
        problems,
      };
    } finally {
      await browser.close();
      await hikyaku.stop();
    }
  },
};

let context: SecureContext | undefined;

/** Resolves to when its 250 had come. */
function sendMail(hikyaku: RunningHikyaku, login: Login, turn: number): Promise<number> {
  context ??= createSecureContext();
  const mail = createBenchMail(4_000);
  mail.number(turn);
  return new Promise((resolve, reject) => {
    runSession({ port: hikyaku.smtp.submission, login, content: mail.bytes, context: context! }, (error) => {
      if (error) reject(new Error(error));
      else resolve(Date.now());
    });
  });
}
