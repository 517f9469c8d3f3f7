'use client';
import * as Tabs from 'radix-ui/tabs';
import type { ReactNode } from 'react';

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
  return (
    <Tabs.Root value={value} onValueChange={onChange}>
      <Tabs.List aria-label={label} className="flex gap-1 overflow-x-auto border-b border-line">
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
