import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCatalogue } from './catalogue.ts';

/** Words of engineers, and words that say something else than they should (issue 12). */
const FORBIDDEN = {
  ja: [
    /サンドボックス/,
    /引き渡し/,
    /に渡しました/,
    /入力しました/,
    /のようす/,
    /受け付けた入口/,
    /隔離/,
    /一度きりのコード/,
    /OP25B/,
    /再読み込み/,
  ],
  en: [
    /[Ll]ogin data/,
    /Its story/,
    /Came in by/,
    /[Ss]et aside/,
    /[Hh]anded (over|to)/,
    /[Ss]andbox/,
    /OP25B/,
    /[Rr]eload/,
  ],
};
/** The device's own label may say it: there the owner has to find it. */
const DEVICE_WORDS = /^credentials\.(choice|encryption)/;

for (const language of ['ja', 'en'] as const) {
  test(`no text says what its reader would have to ask about (${language})`, () => {
    const found = [...readCatalogue(language)].flatMap(([key, text]) =>
      FORBIDDEN[language].filter((word) => word.test(text)).map((word) => `${key}: ${word}`),
    );
    assert.deepEqual(found, []);
  });

  test(`STARTTLS stands only where the device's own label says so (${language})`, () => {
    const found = [...readCatalogue(language)].filter(
      ([key, text]) => /STARTTLS/.test(text) && !DEVICE_WORDS.test(key),
    );
    assert.deepEqual(found, []);
  });
}
