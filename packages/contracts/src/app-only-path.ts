/** Where an administrator's browser lands who let the relay in: `?approved=true` or `?error=<code>`. By itself, for pages that check nothing. */
export const APP_ONLY_RETURN_PATH = '/mailboxes/app-only';
