/** Where to go after signing in: only a path of ours, never another site (`//host`, `/\host`). */
export function safeReturnPath(next: string | null): string {
  return next && /^\/(?![/\\])[\w\-./?=&%+,:~@!*]*$/.test(next) ? next : '/';
}
