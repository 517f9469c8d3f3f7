/** Names one after the other, in the language's own signs and without an "and". */
export const NAMES_LIST = { type: 'conjunction', style: 'narrow' } as const;
