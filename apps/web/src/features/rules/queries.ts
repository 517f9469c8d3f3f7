'use client';
import type { DeviceRules, MailRule, MailRuleList, RuleTrial } from '@hikyaku/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { request } from '../../api/request.ts';

/** Whose rules they are. */
export interface RulesOf {
  kind: 'devices' | 'groups';
  id: string;
}

const pathOf = ({ kind, id }: RulesOf): string => `/api/v1/${kind}/${id}/rules`;

/** A site's rules come without those of a group above them. */
export function useRules(of: RulesOf) {
  return useQuery({
    queryKey: keys.rules(of),
    queryFn: ({ signal }) => request<MailRuleList & Partial<DeviceRules>>('GET', pathOf(of), undefined, signal),
  });
}

export function useSaveRules(of: RulesOf) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (rules: MailRule[]) => request<MailRuleList & Partial<DeviceRules>>('PUT', pathOf(of), { rules }),
    onSuccess: (saved) => client.setQueryData(keys.rules(of), saved),
  });
}

/** Changes nothing. */
export function useTryRules(of: RulesOf) {
  return useMutation({ mutationFn: (rules: MailRule[]) => request<RuleTrial>('POST', `${pathOf(of)}/try`, { rules }) });
}
