import type { PictureStep } from './shrink-picture.ts';

export interface PictureRequest {
  bytes: Uint8Array;
  step: PictureStep;
}

/** Null: it could not be read. */
export interface PictureAnswer {
  picture: Uint8Array | null;
}
