interface SandboxTapeProps {
  title: string;
  linkText: string;
  /** The stand-ins' own pages. */
  url: string | null;
}

/** Shipping tape over a page: what is sent here goes nowhere. */
export function SandboxTape({ title, linkText, url }: SandboxTapeProps) {
  return (
    <aside
      aria-label={title}
      className="sandbox-tape no-print flex min-h-11 flex-wrap items-center justify-center gap-x-4 gap-y-0.5 px-4 py-1.5 text-center text-sm font-bold"
    >
      <span>{title}</span>
      {url ? (
        <a
          href={url}
          target="_blank"
          rel="noreferrer"
          className="inline-flex min-h-8 items-center text-current underline underline-offset-3"
        >
          {linkText}
        </a>
      ) : null}
    </aside>
  );
}
