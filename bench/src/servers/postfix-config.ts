/**
 * Postfix's own defaults, except: its own folders, TLS and AUTH required, nothing that would slow it down, and every recipient held, or relayed
 * in plain to the port `relayTo`.
 */
export function mainCf(options: {
  dir: string;
  chains: string[];
  relayTo?: number | undefined;
  allowsPlain?: boolean;
  /** A library that its daemons preload. */
  preload?: string | undefined;
}): string {
  const { dir, chains, relayTo, allowsPlain = false, preload } = options;
  return settingsText({
    compatibility_level: '3.6',
    queue_directory: `${dir}/queue`,
    data_directory: `${dir}/data`,
    daemon_directory: '/usr/lib/postfix/sbin',
    command_directory: '/usr/sbin',
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    myhostname: 'localhost.localdomain',
    mydestination: '',
    inet_protocols: 'ipv4',
    alias_maps: '',
    alias_database: '',
    local_recipient_maps: '',
    // As ours: no reverse look-up.
    smtpd_peername_lookup: 'no',
    smtpd_tls_security_level: 'may',
    smtpd_tls_auth_only: allowsPlain ? 'no' : 'yes',
    smtpd_tls_chain_files: chains.join(', '),
    smtpd_sasl_auth_enable: 'yes',
    smtpd_sasl_type: 'cyrus',
    smtpd_sasl_path: 'smtpd',
    cyrus_sasl_config_path: `${dir}/sasl`,
    smtpd_sasl_local_domain: SASL_REALM,
    smtpd_relay_restrictions: 'permit_sasl_authenticated, reject',
    ...(relayTo === undefined
      ? // Accepted, synced, and kept: the queue manager never touches it.
        { smtpd_recipient_restrictions: 'check_recipient_access static:HOLD, permit_sasl_authenticated, reject' }
      : { relayhost: `[127.0.0.1]:${relayTo}`, disable_dns_lookups: 'yes', smtp_tls_security_level: 'none' }),
    message_size_limit: 36_700_160,
    // One process a session.
    default_process_limit: 150,
    smtpd_client_connection_count_limit: 0,
    ...(preload && { import_environment: `MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LANG=C LD_PRELOAD=${preload}` }),
    // Would make it wait for deliveries that never happen.
    in_flow_delay: 0,
  });
}

export const SASL_REALM = 'bench';

export function masterCf(port: number): string {
  const services = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'verify unix - - n - 1 verify',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'proxywrite unix - - n - 1 proxymap',
    'smtp unix - - n - - smtp',
    'relay unix - - n - - smtp',
    'showq unix n - n - - showq',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'discard unix - - n - - discard',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
  ];
  return `${services.join('\n')}\n`;
}

/** For Cyrus SASL: accounts in a file of its own. */
export function saslConf(dir: string): string {
  return `pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\nsasldb_path: ${dir}/sasldb2\n`;
}

const settingsText = (settings: Record<string, string | number>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
