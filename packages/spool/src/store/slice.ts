/** Ciphertext of one mail in an object. */
export interface Slice {
  offset: number;
  length: number;
}
