/** `npm run test:long -- screens [name …]`: every page (or those whose name holds one of the words) in both languages, on a phone and at a desk, light and dark; axe looks too. */
import { DashboardClient, openOwner, reservePort, startHikyaku } from '@hikyaku/testing';
import { openBrowser } from '@hikyaku/testing/browser';
import type { Page } from 'playwright-core';
import { asPerson, type Language, picture, readTexts } from '../dashboard-browser.ts';
import { furnish } from './furnish.ts';
import { EMPTY, type Screen, SIGNED_IN, SIGNED_OUT } from './screens.ts';
import { PLAIN_WORDS } from './words.ts';

const wanted = process.argv.slice(2);
const isWanted = ({ name }: Screen): boolean => !wanted.length || wanted.some((word) => name.includes(word));
const problems: string[] = [];

// Servers of one's own are a choice only then; in sandbox mode nothing is sent elsewhere.
const hikyaku = await startHikyaku({
  env: {
    HIKYAKU_ALLOW_PRIVATE_UPSTREAMS: 'true',
    HIKYAKU_BOUNCE_DOMAIN: 'back.example.jp',
    HIKYAKU_SMTP_25_PORT: String(await reservePort()),
  },
});
const browser = await openBrowser();
try {
  const owner = await openOwner(hikyaku);
  const person = new DashboardClient(hikyaku.webUrl);
  await person.signUp('hanako@example.test');
  const newcomer = new DashboardClient(hikyaku.webUrl);
  await newcomer.signUp('taro@example.test');
  const places = await furnish(hikyaku, owner, person, PLAIN_WORDS);
  await person.must('POST', 'bounce-address', {});
  await owner.close();
  for (const language of ['ja', 'en'] as const) {
    for (const screen of SIGNED_OUT) await look(language, screen, async () => undefined);
    for (const screen of SIGNED_IN) await look(language, screen, (page) => enterAs(person, page));
    for (const screen of EMPTY) await look(language, screen, (page) => enterAs(newcomer, page));
  }

  function enterAs(one: DashboardClient, page: Page): Promise<void> {
    const cookies = [...one.cookies].map(([name, value]) => ({ name, value, url: hikyaku.webUrl }));
    return page.context().addCookies(cookies);
  }

  async function look(language: Language, screen: Screen, enter: (page: Page) => Promise<void>): Promise<void> {
    if (!isWanted(screen)) return;
    try {
      await asPerson(browser, language, async ({ page }) => {
        await enter(page);
        await page.goto(hikyaku.webUrl + screen.path(places));
        await page.getByRole('heading').first().waitFor();
        // Nothing is still being fetched; the stream of changes never ends, so "idle" cannot be waited for.
        await page.locator('.animate-pulse').first().waitFor({ state: 'detached' });
        await screen.prepare?.(page, readTexts(language));
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          const wrong = await picture(page, language, `screens/${screen.name}-${colorScheme}`);
          problems.push(...wrong.map((one) => `${screen.name} (${language}, ${colorScheme}): ${one}`));
        }
      });
    } catch (error) {
      problems.push(`${screen.name} (${language}): ${(error as Error).message}; ${(error as Error).cause ?? ''}`);
    }
  }
} finally {
  await browser.close();
  await hikyaku.stop();
}
for (const problem of problems) console.error(`  ✗ ${problem}`);
console.log(`${problems.length ? `${problems.length} problems; ` : ''}the pictures are in screenshots/`);
process.exit(problems.length ? 1 : 0);
