import type { Diagnosis } from '@hikyaku/contracts';
import { DIAGNOSES, type DiagnosisCode, type DiagnosisSeverity } from '@hikyaku/core';
import { type DiagnosisFacts, type DiagnosisReader, diagnosisValues, type Language } from './diagnosis-values.ts';
import { TEXTS_EN } from './texts-en.ts';
import { TEXTS_JA } from './texts-ja.ts';

const TEXTS = { ja: TEXTS_JA, en: TEXTS_EN };

/** A diagnosis in the reader's words. `severity`: where it is another than the code's own. */
export function wordDiagnosis(
  code: DiagnosisCode,
  facts: DiagnosisFacts,
  reader: DiagnosisReader & { severity?: DiagnosisSeverity },
): Diagnosis {
  const values = diagnosisValues(facts, reader);
  const { title, advice, seen, right } = TEXTS[reader.language][code](values);
  const { severity, field } = DIAGNOSES[code];
  return {
    code,
    severity: reader.severity ?? severity,
    title: unbroken(title),
    advice: unbroken(advice),
    field,
    seen: seen ?? null,
    right: right ?? null,
  };
}

/** A number stays on the line of its counter, which Japanese may break anywhere. */
const unbroken = (text: string): string => text.replace(/(\d) (?=[文通件分秒台枚回日時字])/g, '$1\u00a0');

/** The language of `Accept-Language`: the first of ours that is named; English when there is none. Weights are not compared: browsers list in order. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const named = (acceptLanguage ?? '').slice(0, 200).toLowerCase().split(',');
  const first = named.map((part) => part.trim().slice(0, 2)).find((tag) => tag === 'ja' || tag === 'en');
  return first === 'ja' ? 'ja' : 'en';
}
