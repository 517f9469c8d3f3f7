import type { DeviceGroup } from '@hikyaku/contracts';
import type { Condition, FleetRow } from './device-order.ts';

export interface FleetSection {
  /** Null: devices of no site. */
  group: DeviceGroup | null;
  rows: (FleetRow & { condition: Condition })[];
  /** How many of them need a look. */
  problems: number;
}

const PROBLEMS: readonly Condition[] = ['refused', 'stuck', 'quiet'];

/**
 * The devices by site, in the order that they have (problems first): sites with problems first, those with most of them leading, then by name; what stands at no
 * site is last. `isWhole`: nothing is filtered out, so that a site without devices is shown too.
 */
export function fleetSections(
  rows: FleetSection['rows'],
  groups: readonly DeviceGroup[],
  { isWhole }: { isWhole: boolean },
): FleetSection[] {
  const byGroup = Map.groupBy(rows, ({ group }) => group?.id ?? null);
  const sectionOf = (group: DeviceGroup | null): FleetSection => {
    const own = byGroup.get(group?.id ?? null) ?? [];
    return { group, rows: own, problems: own.filter(({ condition }) => PROBLEMS.includes(condition)).length };
  };
  return [
    ...groups
      .map(sectionOf)
      .filter((section) => isWhole || section.rows.length)
      .sort((a, b) => b.problems - a.problems || byName(a, b)),
    ...(byGroup.has(null) ? [sectionOf(null)] : []),
  ];
}

const byName = (a: FleetSection, b: FleetSection): number =>
  (a.group?.name ?? '').localeCompare(b.group?.name ?? '', 'ja', { numeric: true });
