import type { FieldValues } from 'react-hook-form';
import type { ZodType, z } from 'zod';

/** A key of the `form` messages. */
export type FormErrorKey =
  | 'required'
  | 'email'
  | 'tooShort'
  | 'tooLong'
  | 'oneLine'
  | 'invalid'
  | 'recipients'
  | 'recipientsNeeded'
  | 'domains'
  | 'domainsNeeded'
  | 'host'
  | 'port'
  | 'webAddress'
  | 'encryptedAddress'
  | 'token';

/** What a form's values have to fulfil. Field names of form and request are the same. */
export interface FormRules<Values extends FieldValues, Body = Values> {
  /** The very schema that the api uses. */
  schema: ZodType<unknown, Body>;
  /** The request that the values stand for. */
  toBody: (values: Values) => Body;
  /** Rules across fields: message key by field. */
  conflicts?: (values: Values) => Partial<Record<keyof Values, FormErrorKey>>;
}

/** Fields that are copied from another service. */
const TOKENS = new Set(['botToken', 'chatId', 'channelId', 'channelToken', 'to']);

/** What is wrong with a value, as a key of our own texts: zod's are English and made for programmers. */
function errorKey(issue: z.core.$ZodIssue): FormErrorKey {
  if (issue.path[0] === 'recipients') return 'recipients';
  if (issue.path[0] === 'recipientDomains') return 'domains';
  if (issue.path[0] === 'port') return 'port';
  if (issue.code === 'invalid_format' && issue.format === 'url') return 'webAddress';
  if (TOKENS.has(String(issue.path[0])) && issue.code === 'invalid_format') return 'token';
  if (issue.path[0] === 'host' && issue.code === 'invalid_format') return 'host';
  if (issue.code === 'too_small') return issue.minimum === 1 ? 'required' : 'tooShort';
  if (issue.code === 'too_big') return 'tooLong';
  if (issue.code === 'invalid_format') return issue.format === 'email' ? 'email' : 'oneLine';
  return 'invalid';
}

/** The first thing wrong with each field; empty when the values may be sent. */
export function findErrors<Values extends FieldValues, Body>(
  { schema, toBody, conflicts }: FormRules<Values, Body>,
  values: NoInfer<Values>,
): Partial<Record<keyof Values, FormErrorKey>> {
  const errors: Partial<Record<keyof Values, FormErrorKey>> = {};
  for (const issue of schema.safeParse(toBody(values)).error?.issues ?? []) {
    errors[issue.path[0] as keyof Values] ??= errorKey(issue);
  }
  return { ...conflicts?.(values), ...errors };
}
