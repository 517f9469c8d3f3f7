export interface FileKind {
  type: string;
  /** With the point, as it is added to a name. */
  extension: string;
  names: RegExp;
}

const KINDS: (FileKind & { begins: RegExp })[] = [
  // Not only JFIF and Exif: cameras begin with a comment (FF D8 FF FE).
  { type: 'image/jpeg', extension: '.jpg', names: /\.jpe?g$/i, begins: /^\xff\xd8\xff/ },
  { type: 'image/png', extension: '.png', names: /\.png$/i, begins: /^\x89PNG\r\n/ },
  { type: 'image/gif', extension: '.gif', names: /\.gif$/i, begins: /^GIF8[79]a/ },
  { type: 'application/pdf', extension: '.pdf', names: /\.pdf$/i, begins: /^%PDF-\d/ },
  { type: 'video/mp4', extension: '.mp4', names: /\.(?:mp4|m4v|mov)$/i, begins: /^\0\0\0.ftyp/s },
];

/** Types that say no more than "a file", and old names of the ones above. */
const VAGUE =
  /^(?:application\/(?:x-)?(?:octet-stream|octetstream|unknown|download|binary|force-download)|binary\/octet-stream|image\/(?:pjpeg|jpg|x-jpeg|x-jpg|x-png|x-citrix-p?jpeg)|image|file|attachment)$/;

/** What a file's first bytes say that it is, or null. */
export function fileKind(bytes: Buffer): FileKind | null {
  const text = bytes.toString('latin1', 0, 16);
  return KINDS.find(({ begins }) => begins.test(text)) ?? null;
}

export function isVagueType(type: string): boolean {
  return VAGUE.test(type);
}

/** Others whose first bytes are as sure; what they are is left to their header. */
const OTHERS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes of files
  /^(?:RIFF.{4}(?:WAVE|AVI )|PK\x03\x04|II\*\0|MM\0\*|\x1f\x8b\x08|BM.{4}\0\0\0\0|ID3[\x02-\x04]|OggS|#!AMR|Rar!\x1a|7z\xbc\xaf|\xd0\xcf\x11\xe0|\0\0\x01[\xb3\xba]|%!PS)/s;

/** True for bytes that a file of some known kind begins with. */
export function beginsAsFile(bytes: Buffer): boolean {
  return fileKind(bytes) !== null || OTHERS.test(bytes.toString('latin1', 0, 16));
}
