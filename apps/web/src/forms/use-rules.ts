'use client';
import { useEffect, useMemo } from 'react';
import type { FieldErrors, FieldValues, Resolver } from 'react-hook-form';
import { type FormRules, findErrors } from './rules.ts';
import { whenIdle } from './when-idle.ts';

/**
 * The resolver of a form. Rules (and zod with them, 40 KB gzipped) are fetched once the page stands and rests, while its reader is still typing.
 * @param load the same function at every render
 */
export function useRules<Values extends FieldValues, Body>(
  load: () => Promise<FormRules<Values, Body>>,
): Resolver<Values> {
  useEffect(() => whenIdle(() => void load().catch(() => undefined)), [load]);
  return useMemo<Resolver<Values>>(
    () => async (values) => {
      // They did not come, on a line that went away: the api has the same ones, and says of the line what is to be said.
      const rules = await load().catch(() => null);
      const found = rules ? Object.entries(findErrors(rules, values)) : [];
      if (!found.length) return { values, errors: {} };
      const errors = Object.fromEntries(found.map(([name, message]) => [name, { type: 'rule', message }]));
      return { values: {}, errors: errors as FieldErrors<Values> };
    },
    [load],
  );
}
