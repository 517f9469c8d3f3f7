import { deviceName, recipient, recipientDomain } from '@hikyaku/contracts';

/** The api's own rules for what a file names, in the one form that it keeps; null: it would refuse it. Fetched when a file is chosen, as zod comes with them. */
export interface ImportRules {
  name(text: string): string | null;
  recipient(text: string): string | null;
  domain(text: string): string | null;
}

const ruleOf =
  (schema: typeof deviceName | typeof recipient) =>
  (text: string): string | null =>
    schema.safeParse(text).data ?? null;

export const importRules: ImportRules = {
  name: ruleOf(deviceName),
  recipient: ruleOf(recipient),
  domain: ruleOf(recipientDomain),
};
