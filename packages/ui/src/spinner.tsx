/** Says "working"; always beside a text that says so too. */
export function Spinner() {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" className="animate-spin">
      <circle cx="9" cy="9" r="7" fill="none" stroke="currentColor" strokeOpacity="0.3" strokeWidth="2.4" />
      <path d="M9 2a7 7 0 0 1 7 7" fill="none" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />
    </svg>
  );
}
