'use client';
import * as Tabs from 'radix-ui/tabs';
import { type ReactNode, useEffect, useRef } from 'react';

export interface TabItem {
  value: string;
  label: string;
  content: ReactNode;
}

interface TabGroupProps {
  /** Says what the tabs choose between. */
  label: string;
  items: readonly TabItem[];
  value: string;
  onChange: (value: string) => void;
}

export function TabGroup({ label, items, value, onChange }: TabGroupProps) {
  const list = useRef<HTMLDivElement>(null);
  // On a phone the last ones stand outside: the chosen one is seen, and the page does not move for it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new value moves the mark that is looked for
  useEffect(() => {
    const chosen = list.current?.querySelector('[data-state="active"]')?.getBoundingClientRect();
    const shown = list.current?.getBoundingClientRect();
    if (!list.current || !chosen || !shown) return;
    if (chosen.right > shown.right) list.current.scrollLeft += chosen.right - shown.right;
    else if (chosen.left < shown.left) list.current.scrollLeft -= shown.left - chosen.left;
  }, [value]);
  return (
    <Tabs.Root value={value} onValueChange={onChange}>
      <Tabs.List ref={list} aria-label={label} className="flex gap-1 overflow-x-auto border-b border-line">
        {items.map((item) => (
          <Tabs.Trigger
            key={item.value}
            value={item.value}
            className="-mb-px min-h-12 shrink-0 cursor-pointer border-b-3 border-transparent px-4 font-semibold text-ink-soft -outline-offset-3 hover:text-ink data-[state=active]:border-ai data-[state=active]:text-ink"
          >
            {item.label}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {items.map((item) => (
        <Tabs.Content key={item.value} value={item.value} className="pt-6">
          {item.content}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
