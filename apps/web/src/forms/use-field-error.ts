'use client';
import { useTranslations } from 'next-intl';
import type { FieldError } from 'react-hook-form';
import type { FormErrorKey } from './rules.ts';

/** A form error in the reader's words; undefined when there is none. */
export function useFieldError(): (error: FieldError | undefined) => string | undefined {
  const t = useTranslations('form');
  return (error) => (error?.message ? t(error.message as FormErrorKey) : undefined);
}
