import { type AlertChannelCreate, alertChannelCreate } from '@hikyaku/contracts';
import type { FormRules } from '../../forms/rules.ts';
import { type ChannelValues, toChannelBody } from './channel-values.ts';

export const channelRules: FormRules<ChannelValues, AlertChannelCreate> = {
  schema: alertChannelCreate,
  toBody: toChannelBody,
};
