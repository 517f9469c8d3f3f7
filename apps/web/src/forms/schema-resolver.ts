import type { FieldErrors, FieldValues, Resolver } from 'react-hook-form';
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
  | 'recipientsNeeded';

/** What is wrong with a value, as a key of our own texts: zod's are English and made for programmers. */
export function errorKey(issue: z.core.$ZodIssue): FormErrorKey {
  if (issue.path[0] === 'recipients') return 'recipients';
  if (issue.code === 'too_small') return issue.minimum === 1 ? 'required' : 'tooShort';
  if (issue.code === 'too_big') return 'tooLong';
  if (issue.code === 'invalid_format') return issue.format === 'email' ? 'email' : 'oneLine';
  return 'invalid';
}

interface ResolverOptions<Values extends FieldValues, Body> {
  schema: ZodType<unknown, Body>;
  /** The request that the form's values stand for. */
  toBody: (values: Values) => Body;
  /** Rules across fields: message key by field. */
  conflicts?: (values: Values) => Partial<Record<keyof Values, FormErrorKey>>;
}

/** Checks a form with the very schema that the api uses. Field names of form and request are the same. */
export function schemaResolver<Values extends FieldValues, Body>({
  schema,
  toBody,
  conflicts,
}: ResolverOptions<Values, Body>): Resolver<Values> {
  return async (values) => {
    const errors: Record<string, { type: string; message: FormErrorKey }> = {};
    const parsed = schema.safeParse(toBody(values));
    for (const issue of parsed.error?.issues ?? []) {
      const name = String(issue.path[0]);
      errors[name] ??= { type: issue.code, message: errorKey(issue) };
    }
    for (const [name, message] of Object.entries(conflicts?.(values) ?? {})) {
      if (message) errors[name] ??= { type: 'conflict', message };
    }
    if (Object.keys(errors).length) return { values: {}, errors: errors as FieldErrors<Values> };
    return { values, errors: {} };
  };
}
