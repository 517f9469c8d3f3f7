import { z } from 'zod';

// Better Auth's own limits.
export const PASSWORD_MIN = 8;
const PASSWORD_MAX = 128;

export const signUpSchema = z.object({
  name: z.string().trim().min(1).max(80),
  email: z.email().max(254),
  password: z.string().min(PASSWORD_MIN).max(PASSWORD_MAX),
});
export type SignUpValues = z.infer<typeof signUpSchema>;

export const signInSchema = z.object({
  email: z.email().max(254),
  password: z.string().min(1).max(PASSWORD_MAX),
});
export type SignInValues = z.infer<typeof signInSchema>;
