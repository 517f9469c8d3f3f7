/** What a hurried hand presses twice; longer than that somebody wants it again. */
const AGAIN_MS = 700;

interface Wish {
  body: string;
  answer: Promise<unknown>;
}

/**
 * Keeps the last change that was asked of each thing. The very same one, asked for while the first is under way or just after it was done, is the
 * first one: a button that is pressed twice before the page has drawn that it is busy asks once. What failed is asked again.
 */
export function sameWishes(
  againMs = AGAIN_MS,
): <Answer>(thing: string, body: string, ask: () => Promise<Answer>) => Promise<Answer> {
  const last = new Map<string, Wish>();
  return <Answer>(thing: string, body: string, ask: () => Promise<Answer>): Promise<Answer> => {
    const known = last.get(thing);
    if (known?.body === body) return known.answer as Promise<Answer>;
    const wish = { body, answer: ask() };
    last.set(thing, wish);
    const forget = () => {
      if (last.get(thing) === wish) last.delete(thing);
    };
    wish.answer.then(() => setTimeout(forget, againMs), forget);
    return wish.answer;
  };
}
