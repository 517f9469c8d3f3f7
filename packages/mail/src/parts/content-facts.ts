/** What was seen of a part's content. */
export interface ContentFacts {
  /** Its beginning, encoded as it came. */
  sample: Buffer;
  /** It goes on behind the sample. */
  isCut: boolean;
  isEightBit: boolean;
  hasNul: boolean;
  /** A line is longer than any may be. */
  isLong: boolean;
  /** A line's length, or padding in the middle: were it base64, not every reader would undo it. */
  isOddBase64: boolean;
  /** Of a multipart: a part in it is a picture or another file. */
  hasFiles: boolean;
  /** Of a multipart: a part in it is a text that is shown. */
  hasText: boolean;
}
