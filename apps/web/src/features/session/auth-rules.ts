import { z } from 'zod';
import type { FormRules } from '../../forms/rules.ts';
import type { Credentials } from './auth-requests.ts';

// Better Auth's own limits, as the api sets them.
const PASSWORD_MIN = 8;
const PASSWORD_MAX = 128;
const email = z.email().max(254);

export const signUpRules: FormRules<Credentials> = {
  schema: z.object({
    email,
    password: z.string().min(PASSWORD_MIN).max(PASSWORD_MAX),
  }),
  toBody: (values) => values,
};

export const confirmRules: FormRules<{ password: string }> = {
  schema: z.object({ password: z.string().min(1).max(PASSWORD_MAX) }),
  toBody: (values) => values,
};

export const forgotRules: FormRules<{ email: string }> = {
  schema: z.object({ email }),
  toBody: (values) => values,
};

export const resetRules: FormRules<{ newPassword: string }> = {
  schema: z.object({ newPassword: z.string().min(PASSWORD_MIN).max(PASSWORD_MAX) }),
  toBody: (values) => values,
};
