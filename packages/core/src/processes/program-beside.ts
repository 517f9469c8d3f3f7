/** The program `name` beside the module of `meta`, from its source or built as that one is. */
export const programBeside = (meta: { url: string }, name: string): URL =>
  new URL(`./${name}${meta.url.endsWith('.ts') ? '.ts' : '.mjs'}`, meta.url);
