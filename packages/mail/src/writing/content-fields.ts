import type { SplitPlan, Transform } from '../parts/body-plan.ts';
import type { HeaderField } from '../reading/header-scan.ts';

export type ContentField = 'content-type' | 'content-transfer-encoding' | 'content-disposition';
export const CONTENT_FIELDS: readonly ContentField[] = [
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
];

/** The Content-* fields that say what a mail or a part holds, and how its content has to leave to agree with them. */
export interface ContentLines {
  /** Ready lines by field name; empty for a field that is not to be there. */
  lines: Record<ContentField, string>;
  transform: Transform;
  split?: SplitPlan;
  lead?: string;
  /** A picture, or another file that hangs on the mail. */
  isFile: boolean;
  /** False when the fields may leave as they came. */
  isChanged: boolean;
}

/** The same as they came; `encoding` unfolded, empty when there is none. */
export interface ContentFields {
  type: HeaderField | undefined;
  encoding: string;
  disposition: HeaderField | undefined;
}
