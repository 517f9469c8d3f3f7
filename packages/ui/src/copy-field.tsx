'use client';
import { Check, Copy } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { classNames } from './class-names.ts';

interface CopyFieldProps {
  label: string;
  value: string;
  copyLabel: string;
  copiedLabel: string;
  /** Beneath the value. */
  hint?: string;
  /** Copied, or selected to be copied by hand. */
  onCopied?: (() => void) | undefined;
}

/** A value to be carried elsewhere: large, in one piece (or as the lines that it has), with a copy button that says it worked. */
export function CopyField({ label, value, copyLabel, copiedLabel, hint, onCopied }: CopyFieldProps) {
  const [isCopied, setIsCopied] = useState(false);
  const id = useId();
  const text = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setIsCopied(false), 2500);
    return () => clearTimeout(timer);
  }, [isCopied]);

  async function copy() {
    if (text.current) selectText(text.current);
    onCopied?.();
    // Without https there may be no clipboard; the selected text can still be copied by hand.
    await navigator.clipboard?.writeText(value).then(
      () => setIsCopied(true),
      () => undefined,
    );
  }

  return (
    <div className="grid gap-1">
      <span id={id} className="text-sm font-semibold text-ink-soft">
        {label}
      </span>
      <fieldset
        aria-labelledby={id}
        className="flex min-w-0 items-stretch overflow-hidden rounded-md border border-line-strong bg-surface"
      >
        <code
          ref={text}
          className={classNames(
            'flex min-w-0 flex-1 items-center px-3.5 py-2.5 font-mono break-all select-all',
            value.includes('\n') ? 'text-sm whitespace-pre-wrap' : 'text-[1.0625rem] tracking-wide',
          )}
        >
          {value}
        </code>
        <button
          type="button"
          onClick={copy}
          aria-label={`${copyLabel}: ${label}`}
          className={classNames(
            'no-print flex min-h-12 shrink-0 cursor-pointer items-center gap-2 border-l border-line-strong px-3.5 text-sm font-semibold -outline-offset-3 sm:px-4',
            isCopied ? 'bg-ok-soft text-ok' : 'text-ai hover:bg-ai-soft',
          )}
        >
          {isCopied ? (
            <Check aria-hidden="true" className="size-4.5" />
          ) : (
            <Copy aria-hidden="true" className="size-4.5" />
          )}
          <span aria-hidden="true" className="max-sm:hidden">
            {isCopied ? copiedLabel : copyLabel}
          </span>
        </button>
      </fieldset>
      {hint ? <p className="text-sm text-ink-soft">{hint}</p> : null}
      <span role="status" className="sr-only">
        {isCopied ? copiedLabel : ''}
      </span>
    </div>
  );
}

function selectText(element: HTMLElement) {
  const selection = window.getSelection();
  selection?.selectAllChildren(element);
}
