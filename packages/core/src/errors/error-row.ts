/** What a worker does with a failed job. */
export type JobOutcome = 'retry' | 'give_up' | 'hold' | 'quarantine';

/** One row: every rim's view of one error. The enhanced code's class is derived from the SMTP code, so the two cannot disagree. */
export interface ErrorRow {
  /** Public text: names no host, no policy, nobody else's id. */
  text: string;
  /** SMTP code, the last two numbers of the enhanced code, and a text where SMTP's differs. */
  smtp: { code: number; detail: string; text?: string };
  http: number;
  job: JobOutcome;
  /** Who has to act. */
  tell: 'owner' | 'operator' | 'developer' | 'nobody';
}

/** A row: public text, [SMTP code, detail, text], HTTP status, job, who is told. */
export const row = (
  text: string,
  smtp: [code: number, detail: string, text?: string],
  http: number,
  job: JobOutcome,
  tell: ErrorRow['tell'],
): ErrorRow => ({
  text,
  smtp: { code: smtp[0], detail: smtp[1], ...(smtp[2] ? { text: smtp[2] } : {}) },
  http,
  job,
  tell,
});
