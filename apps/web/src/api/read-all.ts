import type { Page } from '@hikyaku/contracts';
import { query, request } from './request.ts';

/** The largest page that the api gives. */
const PAGE = 200;
/** More rows do not fit into a spreadsheet (1,048,576). */
const MAX_ROWS = 1_000_000;

/** Everything of a list that `values` leave, page after page; `tell` hears how many rows are there. */
export async function readAll<Row>(
  path: string,
  values: Record<string, string | undefined>,
  tell: (rows: number) => void,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null && rows.length < MAX_ROWS; ) {
    const page: Page<Row> = await request<Page<Row>>('GET', `${path}${query({ ...values, limit: PAGE, cursor })}`);
    rows.push(...page.items);
    tell(rows.length);
    cursor = page.nextCursor;
  }
  return rows;
}
