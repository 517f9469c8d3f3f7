/**
 * The first script of a page's body: what is pressed before the page's scripts are there would be sent by the browser itself, as an address with
 * the password in it. The press is kept for `Form` instead, and shown by its button. No quotes nor signs that HTML escapes: it is written as a text.
 */
export const KEEP_EARLY_PRESSES =
  'addEventListener(`submit`,function(e){var f=e.target;if(f.isAlive)return;e.preventDefault();f.ariaBusy=`true`},true)';
