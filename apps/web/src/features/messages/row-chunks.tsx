'use client';
import { type ReactNode, type Ref, useCallback, useRef, useState } from 'react';

/** Rows that come and go together. */
export const CHUNK = 30;
// About two screens: a quick swipe does not outrun it.
const MARGIN = '1200px 0px';

export interface ChunkProps {
  ref: Ref<never>;
  /** Null: draw the rows. Otherwise their height when they were last drawn, to be kept free. */
  spacerPx: number | null;
}

interface RowChunksProps<Row> {
  rows: readonly Row[];
  children: (chunk: readonly Row[], props: ChunkProps) => ReactNode;
}

/** Draws only the rows near the screen, so that a log of any length stays small; the others keep their place free. */
export function RowChunks<Row>({ rows, children }: RowChunksProps<Row>) {
  const starts = Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, index) => index * CHUNK);
  return starts.map((start) => <Chunk key={start} rows={rows.slice(start, start + CHUNK)} draw={children} />);
}

interface ChunkFrameProps<Row> {
  rows: readonly Row[];
  draw: RowChunksProps<Row>['children'];
}

function Chunk<Row>({ rows, draw }: ChunkFrameProps<Row>) {
  const [spacerPx, setSpacerPx] = useState<number | null>(null);
  const observer = useRef<IntersectionObserver | null>(null);
  const ref = useCallback((element: HTMLElement | null) => {
    observer.current?.disconnect();
    if (!element) return;
    observer.current = new IntersectionObserver(
      ([entry]) => {
        // Without a size it is not on the page at all.
        if (entry?.isIntersecting) setSpacerPx(null);
        else if (entry?.boundingClientRect.height) setSpacerPx(entry.boundingClientRect.height);
      },
      { rootMargin: MARGIN },
    );
    observer.current.observe(element);
  }, []);
  return draw(rows, { ref: ref as Ref<never>, spacerPx });
}
