import type { AbstractIntlMessages } from 'next-intl';
import { getMessages } from 'next-intl/server';
import type { messages } from '../../messages/en.ts';

export type Feature = keyof typeof messages;

/** What every page may show, also one that is broken or not there. */
const FRAME: readonly Feature[] = ['common', 'shell'];

/** The texts of some features, in the reader's language: the whole catalogue is 40 KB compressed, of which a page before signing in needs a tenth. On the server alone. */
export async function textsOf(...features: Feature[]): Promise<AbstractIntlMessages> {
  const all = await getMessages();
  return Object.fromEntries(features.map((feature) => [feature, all[feature]])) as AbstractIntlMessages;
}

export const frameTexts = (): Promise<AbstractIntlMessages> => textsOf(...FRAME);

/** All that `frameTexts` has not. */
export async function otherTexts(): Promise<AbstractIntlMessages> {
  const features = Object.keys(await getMessages()) as Feature[];
  return textsOf(...features.filter((feature) => !FRAME.includes(feature)));
}
