/** After the deadline a transport gets that long to say what it knows. */
const GRACE_MS = 500;

/** A transport that does not heed its signal is not waited for: its lease would end with nothing written. */
export async function endWith<T>(sending: Promise<T>, signal: AbortSignal): Promise<T> {
  let giveUp = (): void => {};
  const late = new Promise<never>((_, reject) => {
    giveUp = () => void setTimeout(() => reject(new Error('the transport did not end')), GRACE_MS).unref();
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
