import type { Page } from 'playwright-core';

/**
 * Runs in the page, where these sources have no types: labels of buttons that take two lines, numbers that stand on another line than
 * their counter, and words that are cut in two.
 */
const FIND = String.raw`(() => {
  const lines = (range) => new Set([...range.getClientRects()].filter((box) => box.width > 0).map((box) => Math.round(box.bottom / 8))).size;
  const found = [];
  for (const button of document.querySelectorAll('header button, main button, main a[class*="min-h-1"]')) {
    if (button.querySelector('p, li') || button.closest('li button')) continue;
    for (const node of button.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      if (lines(range) > 1) found.push('button: ' + button.textContent.trim());
    }
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const { index, 0: text } of node.data.matchAll(/\d[\d,.]*[\s ]?(?=[分台通件秒日時回桁番年月週人個行])./g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + text.length);
      if (lines(range) > 1) found.push('number: ' + text + ' in ' + node.data.trim().slice(0, 60));
    }
  }
  // Addresses and ids may be cut anywhere; a word of ours may not.
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = words.nextNode(); node; node = words.nextNode()) {
    if (node.parentElement?.closest('.wrap-anywhere, .break-all, .font-mono, code, script, style')) continue;
    for (const { index, 0: text } of node.data.matchAll(/(?<![\w@.])[A-Za-z]{4,16}(?![\w@.-])/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + text.length);
      if (lines(range) > 1) found.push('word: ' + text + ' in ' + node.data.trim().slice(0, 60));
    }
  }
  return found;
})()`;

/** What a narrow screen breaks that belongs together. */
export const brokenLines = (page: Page): Promise<string[]> => page.evaluate(FIND);
