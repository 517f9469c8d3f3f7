import type { ConfigOf, Note } from '../channel.ts';
import type { ContentNote } from '../content/shown-mail.ts';
import type { Publication } from './publish.ts';

const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));

/** Alerts: as a webhook gets them, at one topic. */
export const alertPublications = ({ topic }: ConfigOf<'mqtt'>, { id, at, items, link }: Note): Publication[] => [
  { topic: `${topic}/alerts`, payload: json({ type: 'alerts', id, at: at.toISOString(), alerts: items, url: link }) },
];

/** Mail of no device: a digest of a site, a test of ours. */
const NO_DEVICE = 'relay';

/**
 * A mail: each picture by itself, as what shows pictures wants it (Home Assistant's MQTT camera), then what is said of them, so that whoever waits for that finds the picture there. At topics of the
 * device, by its id: its name may change.
 */
export function mailPublications(
  { topic }: ConfigOf<'mqtt'>,
  { id, at, sender, subject, pictures }: ContentNote,
  deviceId: string | null,
): Publication[] {
  const place = `${topic}/${deviceId ?? NO_DEVICE}`;
  return [
    ...pictures.map(({ bytes }) => ({ topic: `${place}/picture`, payload: bytes })),
    {
      topic: `${place}/mail`,
      payload: json({ type: 'mail', id, at: at.toISOString(), device: sender, subject, pictures: pictures.length }),
    },
  ];
}
