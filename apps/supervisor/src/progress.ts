/** One line a step: what is being done, then how long it took. */
export interface Progress {
  step<T>(text: string, work: () => Promise<T>): Promise<T>;
  note(text: string): void;
}

export function createProgress(write: (text: string) => void = (text) => void process.stdout.write(text)): Progress {
  return {
    async step(text, work) {
      const startedAt = Date.now();
      write(`  ${text} …`);
      try {
        const result = await work();
        write(` ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
        return result;
      } catch (error) {
        write(' failed\n');
        throw error;
      }
    },
    note: (text) => write(`  ${text}\n`),
  };
}
