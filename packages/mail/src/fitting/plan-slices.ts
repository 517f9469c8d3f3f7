import type { MailSlice, SlicePoint } from '@hikyaku/core';
import { base64Lines } from '../parts/base64-writer.ts';

/** More mails than that for one alert nobody wants: a mail that would take more is told as too large. */
const MAX_SLICES = 40;
/** A rest of a mail that is smaller is not filled with the beginning of a file that has to be cut. */
const MIN_PIECE = 64 * 1024;
/** A file's own fields and its delimiter. */
const FILE_ROOM = 1024;
/** Bytes in a line of base64, and of the line with its end. */
const LINE = { bytes: 57, written: 78 };

/** A file of a mail that is to leave in parts. */
export interface PlannedFile {
  bytes: number;
  /** What it becomes, where a smaller picture leaves in its place. */
  smallerBytes?: number | undefined;
}

/**
 * How a mail's files are shared out among mails: in their order, as few as possible, each within its room; a file that no mail can hold is cut. `room`: bytes for files in
 * the first mail, which carries the texts, and in each other. Null when that takes too many, or a room is no room.
 */
export function planSlices(files: readonly PlannedFile[], room: { first: number; others: number }): MailSlice[] | null {
  if (Math.min(room.first, room.others) < 2 * MIN_PIECE) return null;
  const points: SlicePoint[] = [{ file: 0, byte: 0, piece: 0 }];
  let left = room.first;
  const cutAt = (point: SlicePoint): void => {
    points.push(point);
    left = room.others;
  };
  for (const [file, { bytes, smallerBytes = bytes }] of files.entries()) {
    const isWhole = base64Lines(smallerBytes) + FILE_ROOM <= room.others;
    if (isWhole) {
      const cost = base64Lines(smallerBytes) + FILE_ROOM;
      if (cost > left) cutAt({ file, byte: 0, piece: 0 });
      left -= cost;
      continue;
    }
    if (bytesIn(left) < MIN_PIECE) cutAt({ file, byte: 0, piece: 0 });
    let byte = 0;
    for (let piece = 1; bytesIn(left) < bytes - byte; piece++) {
      byte += bytesIn(left);
      cutAt({ file, byte, piece });
      if (points.length > MAX_SLICES) return null;
    }
    left -= base64Lines(bytes - byte) + FILE_ROOM;
  }
  if (points.length > MAX_SLICES) return null;
  points.push({ file: files.length, byte: 0, piece: 0 });
  const of = points.length - 1;
  return points.slice(0, -1).map((from, index) => ({ number: index + 1, of, from, to: points[index + 1]! }));
}

/** Bytes of a file for which there is room, in whole lines. */
const bytesIn = (room: number): number => Math.max(0, Math.floor((room - FILE_ROOM) / LINE.written) * LINE.bytes);
