/** How long and how often: `--short` for a look, `--long` for what is published. */
export type Length = 'short' | 'default' | 'long';

export interface PartContext {
  length: Length;
  /** Everything is written below it; removed at the end. On the disk that is measured. */
  folder: string;
  say(text: string): void;
}

export interface PartResult {
  /** Markdown. */
  text: string;
  /** What went wrong: refused mails, missing or changed contents. Anything here fails the run. */
  problems: string[];
}

export interface BenchPart {
  name: string;
  what: string;
  run(context: PartContext): Promise<PartResult>;
}
