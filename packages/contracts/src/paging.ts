import { z } from 'zod';

/** Query of every list. The cursor is opaque: pass back what `nextCursor` said. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
});
export type PageQuery = z.infer<typeof pageQuery>;

/** A list as every list endpoint answers it; `nextCursor` is null on the last page. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export const idParams = z.object({ id: z.uuid() });

/** RFC 3339 in UTC, as every time in an answer. */
export const timestamp = z.iso.datetime();
