import type { PartRoot } from './part-root.ts';

/**
 * How a part's content leaves. `keep`: as it came but for line ends and NUL. `bytes`, `text` (its line ends mended), `base64`, `base64url`, `quoted` and `uu` are read so and
 * written as base64; so is a text in ISO-2022-JP by `jis`, `jis_base64` and `jis_quoted`, which is UTF-8 then; `files` is a text that files in uuencode stand in, and leaves as parts, each of them in base64. `drop` is for what stands outside of a multipart's parts: nobody is shown it.
 */
export type Transform =
  | 'keep'
  | 'bytes'
  | 'text'
  | 'base64'
  | 'base64url'
  | 'quoted'
  | 'uu'
  | JisTransform
  | 'files'
  | 'drop';
/** By the encoding that the text has. */
export type JisTransform = 'jis' | 'jis_base64' | 'jis_quoted';

export interface PartPlan {
  /** The whole new header with its empty line, one byte per character; null for the one that it has. */
  header: string | null;
  transform: Transform;
  /** Of `files`. */
  split?: SplitPlan;
  /** Of a multipart whose words stand before its first part: the delimiter and header that make a part of them. */
  lead?: string;
}

/** How the parts are written that a text with files becomes. */
export interface SplitPlan {
  boundary: string;
  /** How the text is encoded as it came. */
  encoding: 'base64' | 'quoted-printable' | '';
  /** The header of each piece of the text, with its empty line. */
  textHeader: string;
  /** Of the files' names. */
  charset: string;
}

/** What is to be done with a body, part by part. Plain data: it may come from another thread. */
export interface BodyPlan {
  root: PartRoot;
  /** By the parts' numbers; a part that is not here leaves as it came. */
  parts: Record<number, PartPlan>;
}
