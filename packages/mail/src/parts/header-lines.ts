import { withoutCutName } from '../reading/field-names.ts';
import { goesOn, isEmptyLine, withoutEmptyLine } from './line-text.ts';
import { MAX_HEADER } from './walk-limits.ts';

/** A part's header while its lines come. */
export class HeaderLines {
  text = '';
  /** Its empty line has come, and the next line tells whether it is its end. */
  isEnded = false;
  /** An empty line was in it that was none. */
  hasGap = false;

  /** Characters that it still takes. */
  get room(): number {
    return MAX_HEADER - this.text.length;
  }

  /** Takes a line, or as much of it as there is room for; gives where that ends. */
  add(text: string, at: number, next: number): number {
    const isEmpty = isEmptyLine(text, at, next);
    if (this.isEnded && !(isEmpty && isEmptyLine(this.text, 0, this.text.length))) {
      this.hasGap = true;
      this.text = withoutEmptyLine(this.text);
    }
    this.isEnded = isEmpty;
    const stop = Math.min(next, at + this.room);
    this.text += text.slice(at, stop);
    return stop;
  }

  /** True where it has ended, unless what follows is a field of it. One slip, and no more: each is looked at with all that stands above. */
  endsAt(text: string, at: number): boolean {
    return this.isEnded && (this.hasGap || !goesOn(this.text, text, at));
  }

  /** Without a last line that was cut in its name. */
  dropCutName(): void {
    this.text = withoutCutName(this.text);
  }

  /** Its text; another one begins. */
  take(): { raw: string; hasGap: boolean } {
    const taken = { raw: this.text, hasGap: this.hasGap };
    this.text = '';
    this.hasGap = false;
    this.isEnded = false;
    return taken;
  }
}
