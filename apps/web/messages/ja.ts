import address from './ja/address.json';
import alerts from './ja/alerts.json';
import apiKeys from './ja/apiKeys.json';
import arrivals from './ja/arrivals.json';
import bounces from './ja/bounces.json';
import cards from './ja/cards.json';
import common from './ja/common.json';
import content from './ja/content.json';
import credentials from './ja/credentials.json';
import devices from './ja/devices.json';
import fleet from './ja/fleet.json';
import form from './ja/form.json';
import groups from './ja/groups.json';
import live from './ja/live.json';
import mailboxes from './ja/mailboxes.json';
import log from './ja/messages.json';
import organization from './ja/organization.json';
import outside from './ja/outside.json';
import overview from './ja/overview.json';
import passkeys from './ja/passkeys.json';
import problems from './ja/problems.json';
import records from './ja/records.json';
import rules from './ja/rules.json';
import secondStep from './ja/secondStep.json';
import senders from './ja/senders.json';
import session from './ja/session.json';
import settings from './ja/settings.json';
import shell from './ja/shell.json';
import smtp from './ja/smtp.json';
import storms from './ja/storms.json';
import story from './ja/story.json';
import week from './ja/week.json';

export const messages = {
  address,
  alerts,
  apiKeys,
  arrivals,
  bounces,
  cards,
  common,
  content,
  credentials,
  devices,
  fleet,
  form,
  groups,
  live,
  mailboxes,
  messages: log,
  organization,
  outside,
  overview,
  passkeys,
  problems,
  records,
  rules,
  secondStep,
  senders,
  session,
  settings,
  shell,
  smtp,
  storms,
  story,
  week,
};
