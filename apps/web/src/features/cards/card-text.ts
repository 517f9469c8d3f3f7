/** A card's values as lines that any reader of codes shows; what has no value is left out. */
export function cardText(title: string, values: readonly (readonly [label: string, value: string | null])[]): string {
  const lines = values.flatMap(([label, value]) => (value ? [`${label}: ${value}`] : []));
  return [title, ...lines].join('\n');
}
