import { isEmptyLine, trimLineEnd } from './line-text.ts';
import { QuotedDecoder } from './transfer-decoders.ts';
import { MAX_HEADER } from './walk-limits.ts';

/** A multipart says that it is in quoted-printable, which it may not: so says one that is none. Its first delimiter and header tell. */
export class QuotedBeginning {
  text = '';

  /** Takes a line; true when enough has come. */
  takes(text: string, at: number, next: number): boolean {
    this.text += text.slice(at, next);
    return this.text.length > MAX_HEADER || isEmptyLine(text, at, next);
  }

  /** True where these lines are encoded: a delimiter that is the declared one only then, parameters behind `=3D`, a line that goes on behind `=`. */
  isQuoted(boundary: string | null): boolean {
    const first = trimLineEnd(this.text, 0, this.text.indexOf('\n'));
    const decoder = new QuotedDecoder();
    const decoded = Buffer.concat([decoder.push(first), decoder.end()]).toString('latin1');
    if (boundary !== null && first !== `--${boundary}` && decoded === `--${boundary}`) return true;
    return ENCODED_FIELD.test(this.text);
  }
}

const ENCODED_FIELD = /^content-[a-z-]{1,40}:[^\r\n]{0,400}=(?:3D|20|\r?\n)/im;
