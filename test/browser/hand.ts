import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { DESK, PHONE } from './dashboard-browser.ts';

/** A page has fewer places that the tabulator stops at; who needs more presses is lost. */
const MOST_STOPS = 90;

/** A person at a page: with a finger on a phone, or with nothing but a keyboard. */
export interface Hand {
  /** Presses a button or follows a link. */
  tap(what: Locator): Promise<void>;
  /** Fills a field. */
  type(field: Locator, text: string): Promise<void>;
  /** What was done so far. */
  readonly taps: number;
  readonly fields: number;
}

export function openHand(page: Page, kind: 'finger' | 'keyboard'): Hand {
  const hand = { taps: 0, fields: 0 };
  return Object.assign(hand, {
    async tap(what: Locator) {
      hand.taps += 1;
      await reach(page, kind, what);
      if (kind === 'keyboard') await page.keyboard.press('Enter');
      else await what.click();
    },
    async type(field: Locator, text: string) {
      hand.fields += 1;
      await reach(page, kind, field);
      if (kind === 'keyboard') await page.keyboard.type(text);
      else await field.fill(text);
    },
  });
}

/** Brings the focus there, by the tabulator alone, and makes sure that it can be seen. */
async function reach(page: Page, kind: 'finger' | 'keyboard', place: Locator): Promise<void> {
  await page.setViewportSize(kind === 'finger' ? PHONE : DESK);
  await place.waitFor();
  if (kind === 'finger') return;
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    const outline = await place.evaluate(focusOutline);
    if (outline !== null) return assert.notEqual(outline, 'none', `where the focus is can be seen: ${place}`);
    await page.keyboard.press('Tab');
  }
  assert.fail(`the keyboard does not reach ${place}`);
}

/** In the page, where these sources have no types: how the element's focus is drawn, null while the focus is elsewhere. */
function focusOutline(element: object): string | null {
  const { document, getComputedStyle } = globalThis as unknown as {
    document: { activeElement: unknown };
    getComputedStyle(of: object): { outlineStyle: string };
  };
  return document.activeElement === element ? getComputedStyle(element).outlineStyle : null;
}
