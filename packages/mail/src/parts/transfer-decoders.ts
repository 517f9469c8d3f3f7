import { withoutDataUrl } from './base64-forms.ts';
import { decodeUuLine, isUuBegin, isUuEnd, withoutEnd } from './uu-lines.ts';

/** Undoes a transfer encoding, piece by piece. Text has one byte per character; pieces are never cut inside a CRLF. */
export interface TransferDecoder {
  push(text: string): Buffer;
  end(): Buffer;
}

const NONE = Buffer.alloc(0);
/** Characters of a line that tell whether it is base64; some write all of it in one. */
const LOOK = 1000;
const STRANGE = /[^A-Za-z0-9+/=\s]/;

/** True for a line with anything strange, or of words that no encoder parts so: `Sent by NVR`. */
function isNoBase64(line: string): boolean {
  if (STRANGE.test(line)) return true;
  const words = line.trim().split(/[ \t]+/);
  return words.length > 1 && words.some((word) => word.length < 8 || word.length % 4 !== 0);
}

/** Base64 as devices write it: strange characters are passed over (RFC 2045 section 6.8), padding in the middle ends a run and another begins. */
export class Base64Decoder implements TransferDecoder {
  #waiting = '';
  #isLineStart = true;
  #isEnded = false;
  #isPadded = false;
  /** A line behind padding that has not ended, and is not known to be none. */
  #behind = '';
  /** What came until it was known whether a `data:` URL begins it; null behind that. */
  #first: string | null = '';
  /** The beginning of the line was base64, so that its rest passes. */
  #isTold = false;

  push(came: string): Buffer {
    if (this.#isEnded) return NONE;
    const text = this.#beginning(came);
    // No base64 begins so: it is what stands behind a multipart that was not closed (`-- End --`).
    const end = this.#isLineStart && text.startsWith('--') ? 0 : text.indexOf('\n--');
    this.#isLineStart = text.endsWith('\n');
    this.#isEnded = end !== -1;
    return this.#decode(end === -1 ? text : text.slice(0, end));
  }

  /** Without the beginning of a `data:` URL, however it was cut. */
  #beginning(came: string): string {
    if (this.#first === null) return came;
    const text = this.#first + came;
    const isOpen =
      text.length < 120 && !text.includes(',') && 'data:'.startsWith(text.trimStart().slice(0, 5).toLowerCase());
    this.#first = isOpen ? text : null;
    return isOpen ? '' : withoutDataUrl(text);
  }

  #decode(text: string): Buffer {
    const plain = this.#waiting + this.#sieve(text).replace(/[^A-Za-z0-9+/=]+/g, '');
    if (!plain.includes('=')) {
      const stop = plain.length - (plain.length % 4);
      this.#waiting = plain.slice(stop);
      return Buffer.from(plain.slice(0, stop), 'base64');
    }
    const runs = plain.split('=');
    const last = runs.pop()!;
    const stop = last.length - (last.length % 4);
    this.#waiting = last.slice(stop);
    return Buffer.concat([...runs, last.slice(0, stop)].map((run) => Buffer.from(run, 'base64')));
  }

  /** Behind padding a line with anything strange at its beginning ends all: `-- End --`, or a delimiter that was damaged. */
  #sieve(text: string): string {
    const padding = this.#isPadded ? -1 : text.indexOf('=');
    if (!this.#isPadded && padding === -1) return text;
    this.#isPadded = true;
    let out = text.slice(0, padding + 1);
    const behind = this.#behind + text.slice(padding + 1);
    this.#behind = '';
    for (let start = 0; start < behind.length; ) {
      const feed = behind.indexOf('\n', start);
      const line = behind.slice(start, feed === -1 ? behind.length : feed + 1);
      if (!this.#isTold) {
        // The same however the text was cut.
        if (feed === -1 && line.length < LOOK) {
          this.#behind = line;
          break;
        }
        if (isNoBase64(line.slice(0, LOOK))) {
          this.#isEnded = true;
          break;
        }
      }
      this.#isTold = feed === -1;
      out += line;
      start += line.length;
    }
    return out;
  }

  end(): Buffer {
    if (this.#first) {
      const short = this.#first;
      this.#first = null;
      return Buffer.concat([this.push(short), this.end()]);
    }
    const behind = isNoBase64(this.#behind) ? '' : this.#behind;
    this.#behind = '';
    this.#isPadded = false;
    const last = behind ? this.#decode(behind) : NONE;
    const rest = Buffer.from(this.#waiting, 'base64');
    this.#waiting = '';
    return Buffer.concat([last, rest]);
  }
}

/** The same in the alphabet of URLs. */
export class UrlSafeDecoder extends Base64Decoder {
  override push(text: string): Buffer {
    return super.push(text.replaceAll('-', '+').replaceAll('_', '/'));
  }
}

/** Behind a `=` two characters, or blanks and a line end, may follow in the next piece, and LF behind a CR; a soft break may stand within an escape. */
const OPEN_END = /(?:=(?:[0-9a-f]?(?:=[ \t]{0,64}\r{0,4}\n?)?|[ \t]{0,64}\r?)|\r)$/i;
const ESCAPE_CUT = /^=[0-9a-f](?==|$)/i;
/** Characters of such an end. */
const OPEN_MAX = 74;
/** Blanks that were put behind a line on its way belong to nobody (RFC 2045 section 6.7). */
const SOFT_BREAK = /=[ \t]{0,64}\r*\n/g;

/** Quoted-printable; a `=` that begins nothing stays. */
export class QuotedDecoder implements TransferDecoder {
  #waiting = '';

  push(text: string): Buffer {
    const all = this.#waiting + text;
    this.#waiting = OPEN_END.exec(all.slice(-OPEN_MAX))?.[0] ?? '';
    return decode(all.slice(0, all.length - this.#waiting.length));
  }

  end(): Buffer {
    // What was cut there is nothing: half of a soft break, or of a line end.
    const last = ESCAPE_CUT.exec(this.#waiting)?.[0] ?? '';
    this.#waiting = '';
    return decode(last);
  }
}

function decode(text: string): Buffer {
  const plain = text
    .replace(SOFT_BREAK, '')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}

/** Lines between `begin 644 name` and `end`, each 45 bytes as a rule; lines without the one or behind the other are nothing. */
export class UuDecoder implements TransferDecoder {
  #waiting = '';
  #state: 'before' | 'in' | 'after' = 'before';

  push(text: string): Buffer {
    const lines = (this.#waiting + text).split('\n');
    // A line has at most 63 bytes, 85 characters: a longer one is none.
    this.#waiting = lines.pop()!.slice(0, 200);
    return Buffer.concat(lines.map((line) => this.#line(line)));
  }

  end(): Buffer {
    const last = this.#line(this.#waiting);
    this.#waiting = '';
    return last;
  }

  #line(written: string): Buffer {
    const line = withoutEnd(written);
    if (this.#state === 'before') {
      if (isUuBegin(line)) this.#state = 'in';
      return NONE;
    }
    if (this.#state === 'after' || line === '') return NONE;
    if (isUuEnd(line)) {
      this.#state = 'after';
      return NONE;
    }
    return decodeUuLine(line);
  }
}
