interface MarkProps {
  /** CSS pixels, square. */
  size?: number;
  className?: string;
}

/** The courier: in stride, the letter box on the pole over the shoulder. Decorative; the name stands beside it. */
export function Mark({ size = 32, className }: MarkProps) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false" className={className}>
      <rect width="32" height="32" rx="9" fill="var(--shu)" />
      <g fill="none" stroke="#fff" strokeLinecap="round" strokeLinejoin="round">
        <path d="M7 12.6 L25.4 7.2" strokeWidth="1.7" />
        <path d="M16.6 13.2 L14.2 18.8 L18.6 22 L17.4 26.6" strokeWidth="2.7" />
        <path d="M14.2 18.8 L12.2 22.6 L7.2 23.4" strokeWidth="2.7" />
        <path d="M16.6 13.2 L20.4 16.2 L23 14.2" strokeWidth="2.1" />
      </g>
      <circle cx="18.4" cy="8.2" r="2.5" fill="#fff" />
      <rect x="3.6" y="12" width="7" height="5.4" rx="1.2" fill="#fff" />
      <path d="M4.4 13 L7.1 15.2 L9.8 13" fill="none" stroke="var(--shu)" strokeWidth="1" strokeLinejoin="round" />
    </svg>
  );
}
