import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceFamilies, smtpPresets } from '@hikyaku/devices';
import { type Locale, readCatalogue } from './catalogue.ts';

/** Words of engineers, and words that say something else than they should */
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
/** Everything that an owner reads: our own texts, and the notes beside devices and mail services. */
function allTexts(language: Locale): [string, string][] {
  const notes = [...deviceFamilies, ...smtpPresets].flatMap(({ id, notes }) =>
    notes.map((note): [string, string] => [`note of ${id}`, note[language]]),
  );
  return [...readCatalogue(language), ...notes];
}

/** The device's own label may say it: there the owner has to find it. */
const DEVICE_WORDS = /^(credentials\.(choice|encryption)|note of (hikvision|trendnet)$)/;

for (const language of ['ja', 'en'] as const) {
  test(`no text says what its reader would have to ask about (${language})`, () => {
    const found = allTexts(language).flatMap(([key, text]) =>
      FORBIDDEN[language].filter((word) => word.test(text)).map((word) => `${key}: ${word}`),
    );
    assert.deepEqual(found, []);
  });

  test(`STARTTLS stands only where the device's own label says so (${language})`, () => {
    const found = allTexts(language).filter(([key, text]) => /STARTTLS/.test(text) && !DEVICE_WORDS.test(key));
    assert.deepEqual(found, []);
  });
}

test('no line ends between a number and its counter', () => {
  const parted = /[0-9}#] (?=[分台通件秒日時回桁文つ番年月週人個ステ行項])/;
  assert.deepEqual(
    allTexts('ja').filter(([, text]) => parted.test(text)),
    [],
  );
});
