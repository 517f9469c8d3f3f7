/** Local parts that need no quotes. Doubled and final dots are real mailboxes in Japan (E4), but a header must quote them. */
const ATOMS = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const LOOSE = /^[\w!#$%&'*+/=?^`{|}~.-]+$/;
const QUOTED = /^"(?:[ !#-[\]-~]|\\[ -~])*"$/;
const DOMAIN = /^\w(?:[\w-]*\w)?(?:\.\w(?:[\w-]*\w)?)*$/;
const LITERAL = /^\[[0-9A-Fa-f:.]+\]$|^\[IPv6:[0-9A-Fa-f:.]+\]$/;
const TOP_LEVEL = /\.(?:[A-Za-z]{2,63}|xn--[A-Za-z0-9-]+)$/;

function split(address: string): { local: string; domain: string } {
  const at = address.lastIndexOf('@');
  return { local: address.slice(0, Math.max(at, 0)), domain: address.slice(at + 1) };
}

/**
 * True for an address that can stand in a header and be read there by everyone as that one mailbox, whether or not its domain can exist.
 * `prepareMail` writes these and no others; everything that RCPT takes must be one.
 */
export function isWritableAddress(address: string): boolean {
  const { local, domain } = split(address);
  return address.length <= 254 && (LOOSE.test(local) || QUOTED.test(local)) && /^(?:[\w.-]+|\[[\w.:]+\])$/.test(domain);
}

/** True for a writable address whose domain is well formed too: what a recipient should be. */
export function isDeliverableAddress(address: string): boolean {
  const { domain } = split(address);
  return isWritableAddress(address) && (DOMAIN.test(domain) || LITERAL.test(domain));
}

/** True for an address that an answer can be sent to: deliverable, and its domain has a top level. */
export function isReplyAddress(address: string): boolean {
  return isDeliverableAddress(address) && TOP_LEVEL.test(split(address).domain);
}

/** A deliverable address as it stands in a header. */
export function formatAddress(address: string): string {
  const { local, domain } = split(address);
  return ATOMS.test(local) || QUOTED.test(local) ? address : `"${local}"@${domain}`;
}

/** The mailbox's own address without anything that has a meaning in a header; it comes from the provider or the tenant. */
export function bareAddress(address: string): string {
  const { local, domain } = split(address.replace(/[^\x21-\x7e]|[<>()[\]\\,;:"]/g, ''));
  return `${local.replaceAll('@', '')}@${domain}`;
}

/** A name without `@`: Graph refuses a From whose name has one (M5). */
export function displayName(name: string): string {
  return name
    .replace(/\s+/g, ' ')
    .replace(/ ?[@\uff20] ?/g, ' at ')
    .trim();
}
