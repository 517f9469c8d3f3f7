import { RUN_RETRY_DELAY_MS } from './queue-options.ts';

/** Tries until it works or is stopped. `stop` gives what was opened, if anything. */
export function keepTrying<T>(open: () => Promise<T>, complain: (error: unknown) => void) {
  let isStopped = false;
  let tellFirst = (): void => {};
  const firstAttempt = new Promise<void>((resolve) => {
    tellFirst = resolve;
  });
  const run = async (): Promise<T | undefined> => {
    while (!isStopped) {
      try {
        return await open();
      } catch (error) {
        complain(error);
        tellFirst();
        await new Promise((resolve) => setTimeout(resolve, RUN_RETRY_DELAY_MS));
      }
    }
    return undefined;
  };
  const result = run().finally(() => tellFirst());
  return {
    firstAttempt,
    stop: (): Promise<T | undefined> => {
      isStopped = true;
      return result;
    },
  };
}
