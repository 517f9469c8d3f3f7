import type { MailSlice } from '@hikyaku/core';
import type { MailOutline } from './mail-outline.ts';
import { pictureHeader } from './replace-pictures.ts';
import { attachmentFields, contentFieldsOf, sliceFiles } from './slice-files.ts';

/** A file, or a piece of one, in a mail of a slice. */
export interface SlicePiece {
  /** The part's number. */
  index: number;
  prefix: Buffer;
  /** Bytes of the file, its prefix counted. */
  from: number;
  to: number;
  /** A smaller one that leaves in its place. */
  picture: Buffer | undefined;
  /** Its own fields, with an empty line. */
  fields: string;
  /** The name of the file that it is cut from; null for a whole one. */
  cutFrom: string | null;
}

/** The name of a cut file's piece, counted from 1, as the programs that join such pieces want it. */
export const pieceName = (name: string, number: number): string => `${name}.${String(number).padStart(3, '0')}`;

/** What a slice holds, in the mail's order. */
export function slicePieces(
  outline: MailOutline,
  { from, to }: MailSlice,
  pictures: ReadonlyMap<number, Buffer>,
): SlicePiece[] {
  return sliceFiles(outline).flatMap((file, place) => {
    if (place < from.file || place > to.file || (place === to.file && to.byte === 0)) return [];
    const start = place === from.file ? from.byte : 0;
    const stop = place === to.file ? to.byte : file.bytes;
    const { index, prefix, name } = file;
    const isWhole = start === 0 && stop === file.bytes;
    const picture = isWhole ? pictures.get(index) : undefined;
    const number = place === from.file ? from.piece + 1 : 1;
    const fields = picture ? pictureHeader(contentFieldsOf(outline, index)) : file.fields;
    return {
      ...{ index, prefix, picture, from: start, to: stop },
      fields: isWhole ? fields : attachmentFields('application/octet-stream', pieceName(name, number)),
      cutFrom: isWhole ? null : name,
    };
  });
}
