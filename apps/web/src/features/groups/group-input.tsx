'use client';
import { Input } from '@hikyaku/ui';
import { type ComponentProps, useId } from 'react';
import { useGroups } from './queries.ts';

/** As the api has it. */
export const MAX_GROUP_NAME = 80;

/** The name of a site: one that is there, or a new one. */
export function GroupInput(props: ComponentProps<typeof Input>) {
  const { data } = useGroups();
  const listId = useId();
  return (
    <>
      <Input {...props} list={listId} maxLength={MAX_GROUP_NAME} autoComplete="off" />
      <datalist id={listId}>
        {data?.items.map(({ id, name }) => (
          <option key={id} value={name} />
        ))}
      </datalist>
    </>
  );
}
