/** What was found at a step of docs/going-live.md. */
export interface Finding {
  step: number;
  /** `unknown`: the answer said neither. */
  state: 'ok' | 'wrong' | 'unknown';
  /** What is so, or what to correct. */
  text: string;
}

export const ok = (step: number, text: string): Finding => ({ step, state: 'ok', text });
export const wrong = (step: number, text: string): Finding => ({ step, state: 'wrong', text });
export const unknown = (step: number, text: string): Finding => ({ step, state: 'unknown', text });
