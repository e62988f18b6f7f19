// Where a link leads, in the form that cannot deceive; nothing for what may not be opened.

export interface LinkTarget {
  readonly href: string;
  /** In punycode, so that look-alike letters show; for mail the address itself. */
  readonly host: string;
  readonly mail: boolean;
}

export function linkTarget(address: string): LinkTarget | undefined {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return undefined;
  }
  if (url.protocol === 'mailto:') return { href: url.href, host: url.pathname, mail: true };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  return { href: url.href, host: url.host, mail: false };
}
