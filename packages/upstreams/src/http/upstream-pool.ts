import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';

/** Connections to providers, shared by every adapter of a process. */
export interface UpstreamPool {
  dispatcher: Dispatcher;
  close(): Promise<void>;
}

/** The way out of a network that has no other; as HTTPS_PROXY and NO_PROXY say it. */
export interface EgressProxy {
  url: string;
  except?: string | undefined;
}

/** HTTP/1.1 keep-alive connections: undici does not multiplex POST over HTTP/2, and four at once per mailbox are the limit anyway (facts 6). */
export function openUpstreamPool(proxy?: EgressProxy): UpstreamPool {
  const options = {
    // Per origin. 16 mailboxes sending with four requests each; more wait inside the caller's deadline.
    connections: 64,
    pipelining: 1,
    allowH2: false,
    // Providers keep idle connections for minutes; undici's own 4 s would mean a TLS handshake for nearly every alert.
    keepAliveTimeout: 30_000,
    keepAliveMaxTimeout: 60_000,
    // A provider that does not even answer SYN will not within any send's deadline.
    connect: { timeout: 10_000 },
    // The wait for an answer is the caller's deadline, which comes as a signal with each call.
    headersTimeout: 0,
    // Answers are a few kilobytes, sent at once.
    bodyTimeout: 30_000,
  };
  // Given in full: what is left out undici reads from the environment by itself.
  const agent = proxy
    ? new EnvHttpProxyAgent({ ...options, httpsProxy: proxy.url, httpProxy: '', noProxy: proxy.except ?? '' })
    : new Agent(options);
  return { dispatcher: agent, close: () => agent.destroy() };
}
