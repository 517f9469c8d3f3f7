/** The supervisor answers from memory. */
const ANSWER_WITHIN_MS = 2000;

/** What a supervisor (apps/supervisor/src/child.ts) answers to the message `{kind: 'environment'}`. */
interface Answer {
  kind: 'environment';
  env: Record<string, string>;
}

/**
 * The environment for a process that starts now: the supervisor's present one, since a rotation of the master key changes EDGE_KEY while we run;
 * undefined without a supervisor: ours is all there is.
 */
export async function environmentNow(): Promise<Record<string, string> | undefined> {
  if (!process.connected) return undefined;
  return new Promise((resolve) => {
    const settle = (env?: Record<string, string>): void => {
      clearTimeout(timer);
      process.off('message', hear);
      resolve(env);
    };
    const hear = (message: Partial<Answer>): void => {
      if (message.kind === 'environment') settle(message.env);
    };
    const timer = setTimeout(settle, ANSWER_WITHIN_MS);
    process.on('message', hear);
    process.send?.({ kind: 'environment' }, () => {});
  });
}
