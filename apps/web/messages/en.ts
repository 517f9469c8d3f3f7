import address from './en/address.json';
import alerts from './en/alerts.json';
import apiKeys from './en/apiKeys.json';
import arrivals from './en/arrivals.json';
import bounces from './en/bounces.json';
import cards from './en/cards.json';
import common from './en/common.json';
import content from './en/content.json';
import credentials from './en/credentials.json';
import devices from './en/devices.json';
import fleet from './en/fleet.json';
import form from './en/form.json';
import groups from './en/groups.json';
import live from './en/live.json';
import mailboxes from './en/mailboxes.json';
import log from './en/messages.json';
import organization from './en/organization.json';
import outside from './en/outside.json';
import overview from './en/overview.json';
import passkeys from './en/passkeys.json';
import problems from './en/problems.json';
import records from './en/records.json';
import rules from './en/rules.json';
import secondStep from './en/secondStep.json';
import senders from './en/senders.json';
import session from './en/session.json';
import settings from './en/settings.json';
import shell from './en/shell.json';
import smtp from './en/smtp.json';
import storms from './en/storms.json';
import story from './en/story.json';
import week from './en/week.json';

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
