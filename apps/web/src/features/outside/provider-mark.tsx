import type { OAuthProviderName } from '@hikyaku/contracts';

/** The providers' own marks, as their rules for sign-in buttons ask for: unchanged, in their own colours. */
export function ProviderMark({ provider }: { provider: OAuthProviderName }) {
  return (
    <svg viewBox="0 0 18 18" width="18" height="18" aria-hidden="true" className="shrink-0">
      {provider === 'microsoft' ? (
        <>
          <path fill="#f25022" d="M0 0h8.55v8.55H0z" />
          <path fill="#7fba00" d="M9.45 0H18v8.55H9.45z" />
          <path fill="#00a4ef" d="M0 9.45h8.55V18H0z" />
          <path fill="#ffb900" d="M9.45 9.45H18V18H9.45z" />
        </>
      ) : (
        <>
          <path
            fill="#4285f4"
            d="M17.64 9.2c0-.637-.057-1.251-.164-1.84H9v3.481h4.844a4.14 4.14 0 0 1-1.796 2.717v2.258h2.908c1.702-1.567 2.684-3.874 2.684-6.615z"
          />
          <path
            fill="#34a853"
            d="M9 18c2.43 0 4.467-.806 5.956-2.18l-2.908-2.259c-.806.54-1.837.86-3.048.86-2.344 0-4.328-1.584-5.036-3.711H.957v2.332A8.997 8.997 0 0 0 9 18z"
          />
          <path
            fill="#fbbc05"
            d="M3.964 10.71A5.41 5.41 0 0 1 3.682 9c0-.593.102-1.17.282-1.71V4.958H.957A8.996 8.996 0 0 0 0 9c0 1.452.348 2.827.957 4.042l3.007-2.332z"
          />
          <path
            fill="#ea4335"
            d="M9 3.58c1.321 0 2.508.454 3.44 1.345l2.582-2.58C13.463.891 11.426 0 9 0A8.997 8.997 0 0 0 .957 4.958L3.964 7.29C4.672 5.163 6.656 3.58 9 3.58z"
          />
        </>
      )}
    </svg>
  );
}
