import type { Page } from 'playwright-core';

/** In the page: what a stranger's words have done to it. */
const LOOK = String.raw`new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const found = [];
  if (window.wasRun !== undefined) found.push('something of it ran');
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode())
    if (/[\u202A-\u202E\u2066-\u2069]/.test(node.data)) found.push('turns what stands around it: ' + node.data.slice(0, 40));
  if (/[\u202A-\u202E\u2066-\u2069]/.test(document.title)) found.push('turns the title');
  const sticksOut = (element) => {
    const { left, right } = element.getBoundingClientRect();
    return right > left && right > innerWidth + 1 && !element.closest('.sr-only, .overflow-x-auto');
  };
  for (const element of document.querySelectorAll('body *'))
    if (sticksOut(element) && ![...element.children].some(sticksOut))
      found.push('sticks out: ' + element.tagName + ' ' + element.className + ' ' + element.textContent.slice(0, 40));
  // One without words stands for those that are not drawn.
  for (const row of document.querySelectorAll('tbody tr'))
    if (row.textContent !== '' && row.getBoundingClientRect().height > 240) found.push('a row as high as a screen: ' + row.textContent.slice(0, 40));
  resolve(found);
})))`;

/** What of a page strangers' words have run, turned around, or pushed out of the screen. */
export const harmOf = (page: Page): Promise<string[]> => page.evaluate(LOOK);
