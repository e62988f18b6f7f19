// A gateway's address as a person wrote it: checked, and safe to show. It may hold a token, so no error repeats it.

const ADDRESS = /^(wss?:\/\/)(?:[^@/?#\s]*@)?([^@/?#\s]+)[^#\s]*$/i;
const TOKEN = /[?&]token=/;

export function isGatewayAddress(url: string): boolean {
  return ADDRESS.test(url);
}

/** @throws TypeError when it is no WebSocket address */
export function checkedAddress(url: string): string {
  if (!isGatewayAddress(url))
    throw new TypeError('The gateway’s url must look like ws://127.0.0.1:18789 or wss://host:port.');
  return url;
}

/** The address with the token in its query, where the address has none of its own. */
export function withToken(url: string, token: string | undefined): string {
  if (token === undefined || token === '' || TOKEN.test(url)) return url;
  return `${url}${url.includes('?') ? '&' : '?'}token=${encodeURIComponent(token)}`;
}

/** Scheme and host only, for logs. */
export function shownAddress(url: string): string {
  const [, scheme = '', host = ''] = ADDRESS.exec(url) ?? [];
  return scheme + host;
}
