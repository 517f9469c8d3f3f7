/**
 * The relay's registration with the sandbox's stand-ins for Microsoft and Google. Fixed and public: they open nothing but the
 * sandbox, which takes no others. Shared by `upstreams` (client side) and `sandbox` (server side).
 */
export const SANDBOX_CLIENTS = {
  microsoft: {
    clientId: '5a4d0b0c-0000-4000-8000-00000000d0c5',
    clientSecret: 'sandbox-secret-of-the-microsoft-client',
  },
  google: { clientId: '5004-sandbox.apps.googleusercontent.test', clientSecret: 'sandbox-secret-of-the-google-client' },
} as const;
