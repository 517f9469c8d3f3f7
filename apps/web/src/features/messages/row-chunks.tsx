'use client';
import { memo, type ReactNode, type Ref, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { ChunkHeights, type ChunkWindow } from './chunk-window.ts';

/** Rows that come and go together. */
export const CHUNK = 16;
/** A good screen: a swipe does not outrun it, and each row more is drawn again whenever rows come. */
const MARGIN_PX = 900;
const AT_FIRST: ChunkWindow = { from: 0, to: 3 };
/** Lists whose heights are remembered, so that the way back leads to the same rows. */
const LISTS = 6;

export interface ChunkProps {
  ref: Ref<never>;
  /** Null: draw the rows. Otherwise a height to be kept free. */
  spacerPx: number | null;
}

interface RowChunksProps<Row> {
  rows: readonly Row[];
  /** Under which its heights are remembered when it is left; a list without one begins anew. */
  name?: string;
  children: (chunk: readonly Row[], props: ChunkProps) => ReactNode;
}

const remembered = new Map<string, ChunkHeights>();

function heightsOf(name: string | undefined): ChunkHeights {
  const heights = (name !== undefined && remembered.get(name)) || new ChunkHeights();
  if (name !== undefined) {
    remembered.delete(name);
    remembered.set(name, heights);
    if (remembered.size > LISTS) remembered.delete([...remembered.keys()][0]!);
  }
  return heights;
}

/** Draws only the rows near the screen, between two spacers: a list of any length has as many elements. Lies in what scrolls with the page. */
export function RowChunks<Row>({ rows, name, children }: RowChunksProps<Row>) {
  const count = Math.ceil(rows.length / CHUNK);
  const [drawn, setDrawn] = useState(AT_FIRST);
  const [heights] = useState(() => heightsOf(name));
  const elements = useRef(new Map<string, HTMLElement>());
  const from = Math.min(drawn.from, Math.max(0, count - 1));
  const to = Math.min(Math.max(drawn.to, from + 1), count);

  const look = useCallback(() => {
    const first = elements.current.get('above') ?? elements.current.get(String(from));
    // Without a size it is not on the page at all.
    if (!first?.offsetHeight) return;
    const topPx = -first.getBoundingClientRect().top;
    const next = heights.between(topPx - MARGIN_PX, topPx + window.innerHeight + MARGIN_PX, count);
    setDrawn((now) => (now.from === next.from && now.to === next.to ? now : next));
  }, [count, from, heights]);

  const measure = useCallback(() => {
    let gapPx = 0;
    for (let chunk = from; chunk < to; chunk++) {
      const box = elements.current.get(String(chunk))?.getBoundingClientRect();
      const next = elements.current.get(chunk + 1 < to ? String(chunk + 1) : 'below')?.getBoundingClientRect();
      if (!box) continue;
      if (next) gapPx = next.top - box.bottom;
      heights.note(chunk, box.height + gapPx, Math.min(CHUNK, rows.length - chunk * CHUNK) / CHUNK);
    }
    look();
  }, [from, to, heights, look, rows.length]);
  // Before it is painted where the reader may be far down; a list that begins is measured when it is there to be read.
  const isKnown = heights.isKnown;
  useLayoutEffect(() => {
    if (isKnown) measure();
  }, [isKnown, measure]);
  useEffect(() => {
    if (!isKnown) measure();
  }, [isKnown, measure]);

  useEffect(() => {
    let frame = 0;
    let widthPx = window.innerWidth;
    const lookSoon = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(look);
    };
    const resize = () => {
      if (window.innerWidth !== widthPx) heights.forget();
      widthPx = window.innerWidth;
      lookSoon();
    };
    window.addEventListener('scroll', lookSoon, { passive: true });
    window.addEventListener('resize', resize);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('scroll', lookSoon);
      window.removeEventListener('resize', resize);
    };
  }, [look, heights]);

  const keep = useCallback<KeepElement>((key, element) => {
    if (element) elements.current.set(key, element);
    else elements.current.delete(key);
  }, []);
  const names = Array.from({ length: to - from }, (_, index) => String(from + index));
  const frame = { rows: rows as readonly unknown[], draw: children as RowChunksProps<unknown>['children'], keep };
  return (
    <>
      {from > 0 ? <Chunk key="above" {...frame} name="above" spacerPx={heights.sum(0, from)} /> : null}
      {names.map((one) => (
        <Chunk key={one} {...frame} name={one} spacerPx={null} />
      ))}
      {to < count ? <Chunk key="below" {...frame} name="below" spacerPx={heights.sum(to, count)} /> : null}
    </>
  );
}

type KeepElement = (key: string, element: HTMLElement | null) => void;

interface ChunkFrameProps {
  /** Of the whole list. */
  rows: readonly unknown[];
  /** Its number, or that of a spacer. */
  name: string;
  spacerPx: number | null;
  draw: RowChunksProps<unknown>['children'];
  keep: KeepElement;
}

/** Drawn once when it comes near: those beside it come and go without it. */
const Chunk = memo(function Chunk({ rows, name, spacerPx, draw, keep }: ChunkFrameProps) {
  const ref = useCallback((element: HTMLElement | null) => keep(name, element), [keep, name]);
  const start = Number(name) * CHUNK;
  return draw(spacerPx === null ? rows.slice(start, start + CHUNK) : [], { ref: ref as Ref<never>, spacerPx });
});
