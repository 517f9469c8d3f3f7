import { ALERTS, isAlertCode } from '@hikyaku/core';
import type { ClaimedDelivery, ClaimedNote } from '@hikyaku/db';
import type { Note, NoteItem } from '@hikyaku/upstreams';
import type { Language } from '../diagnoses/diagnosis-values.ts';
import { timeFor } from '../diagnoses/time-for.ts';
import { alertPage } from './alert-page.ts';
import type { AlertText } from './alert-text.ts';
import { ALERTS_EN, NOTE_EN } from './texts-en.ts';
import { ALERTS_JA, NOTE_JA } from './texts-ja.ts';

const TEXTS = { ja: ALERTS_JA, en: ALERTS_EN };
const NOTES = { ja: NOTE_JA, en: NOTE_EN };

/** An alert, as it stands in the database. */
interface AlertFacts {
  code: string;
  subjectName: string | null;
  facts: Record<string, unknown>;
  openedAt: Date;
  count: number;
  isChannel: boolean;
}

/** Whose words an alert is told in; `timeZone`: null where his tenant has chosen none. */
export interface AlertReader {
  language: Language;
  timeZone: string | null;
}

/** An alert in its reader's words; what a newer release wrote is named by its code. */
export function wordAlert(
  { code, subjectName, facts, openedAt, count, isChannel }: AlertFacts,
  reader: AlertReader,
): AlertText {
  if (!isAlertCode(code)) return { title: code, advice: '' };
  const since = typeof facts.since === 'string' ? new Date(facts.since) : openedAt;
  const name = subjectName ?? NOTES[reader.language].gone;
  return TEXTS[reader.language][code]({
    name,
    since: timeFor(reader.language, reader.timeZone, since),
    ...{ count, facts, isChannel },
  });
}

/** What a channel tells at once, in its language. `alertsUrl`: the dashboard's page of alerts. */
export function wordNote({ noteId, channel, deliveries }: ClaimedNote, at: Date, alertsUrl: string): Note {
  const language: Language = channel.language === 'ja' ? 'ja' : 'en';
  const reader = { language, timeZone: channel.timeZone };
  const items = deliveries.map((delivery) => itemOf(delivery, reader, alertsUrl));
  const title = items.length === 1 ? items[0]!.title : NOTES[language].several(items.length);
  return { id: noteId, at, title, items, link: items.length === 1 ? items[0]!.url : alertsUrl };
}

function itemOf(delivery: ClaimedDelivery, reader: AlertReader, alertsUrl: string): NoteItem {
  const { alertId, code, subjectId, subjectName, isChannel, facts, openedAt, count } = delivery;
  const words = NOTES[reader.language];
  if (alertId === null || code === null || openedAt === null || !isAlertCode(code)) {
    const none = { alertId: null, code: 'test', subject: null, openedAt: null, count: null };
    return { ...none, telling: 'test', severity: 'info', url: alertsUrl, ...words.test };
  }
  const { title, advice } = wordAlert(
    { code, subjectName, isChannel, facts: facts ?? {}, openedAt, count: count ?? 1 },
    reader,
  );
  const telling = delivery.telling === 'ended' || delivery.telling === 'goes_on' ? delivery.telling : 'began';
  return {
    ...{ alertId, code, telling, count, openedAt: openedAt.toISOString() },
    url: new URL(alertPage(delivery), alertsUrl).href,
    severity: telling === 'ended' ? 'info' : ALERTS[code].severity,
    subject: { kind: ALERTS[code].about, id: subjectId!, name: subjectName ?? words.gone },
    title: telling === 'ended' ? words.ended(title) : telling === 'goes_on' ? words.goesOn(title) : title,
    advice: telling === 'ended' ? '' : advice,
  };
}
