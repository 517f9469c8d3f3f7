import { newId } from '@hikyaku/core';
import type { Database } from '@hikyaku/db';
import { insertRow } from './insert-row.ts';

export interface TestTenant {
  id: string;
  name: string;
}

/** A tenant; `row` overrides columns by their database names. Every factory writes as `owner`. */
export function makeTenant(owner: Database, row: Record<string, unknown> = {}): Promise<TestTenant> {
  return insertRow(owner, 'tenants', { id: newId(), name: 'Tanaka household', ...row });
}
