import { createHash, randomBytes } from 'node:crypto';

/** So that a key is known for one where it turns up: in a repository, in a log of somebody else's. */
const MARK = 'hky_';
const BYTES = 32;
const WHOLE = /^hky_[\w-]{43}$/;

export const newSecret = (): string => MARK + randomBytes(BYTES).toString('base64url');

export const isSecret = (text: string): boolean => WHOLE.test(text);

/** Enough to tell one from another, and nothing to guess the rest by. */
export const hintOf = (secret: string): string => secret.slice(0, MARK.length + 4);

/** Of 256 random bits nothing can be guessed, so that a quick hash is enough. */
export const secretHashOf = (secret: string): Buffer<ArrayBuffer> => createHash('sha256').update(secret).digest();
