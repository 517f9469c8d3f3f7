/** After the deadline a step gets that long to say what it knows. */
const GRACE_MS = 500;

/** A step of a send (a transport, a disk) that does not heed its signal is not waited for: its lease would end with nothing written. */
export async function endWith<T>(sending: Promise<T>, signal: AbortSignal): Promise<T> {
  let giveUp = (): void => {};
  const late = new Promise<never>((_, reject) => {
    giveUp = () => void setTimeout(() => reject(new Error('it did not end in time')), GRACE_MS).unref();
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    return await Promise.race([sending, late]);
  } finally {
    // Node keeps a deadline that somebody listens to until it is over, two minutes for each mail.
    signal.removeEventListener('abort', giveUp);
  }
}
