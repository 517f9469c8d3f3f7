/** Embeddings, overrides and isolates of Unicode: they turn around what stands behind them, our own words too. Arabic and Hebrew need none of them. */
const TURNING = /[\u202A-\u202E\u2066-\u2069]/g;

/** An answer of the api, with nothing in what strangers wrote that turns the words around it. Undefined: it is no JSON. */
export function readAnswer(text: string): unknown {
  try {
    return JSON.parse(text.replace(TURNING, ''));
  } catch {
    return undefined;
  }
}
