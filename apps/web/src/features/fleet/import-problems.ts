/** What is wrong with a line, as the texts know it. */
export const IMPORT_PROBLEMS = [
  'noName',
  'nameTwice',
  'nameAmbiguous',
  'nameLong',
  'nameSigns',
  'noMailbox',
  'groupLong',
  'groupSigns',
  'badFamily',
  'badMode',
  'noRecipients',
  'manyRecipients',
  'badRecipient',
  'badDomain',
  'badPaused',
] as const;
export type ImportProblem = (typeof IMPORT_PROBLEMS)[number];
