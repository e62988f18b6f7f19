// Makes a Node process look like a web page of the gateway, for examples that are written for browsers: the page's
// address, its cookies (which its scripts cannot see), fetch with relative addresses, sockets with Origin and Cookie.
// Loaded before the example, with `node --import`.
import { WebSocket } from 'ws';

const { PAGE_ORIGIN = '', PAGE_PROMPT = '' } = process.env;
const { protocol, host } = new URL(PAGE_ORIGIN);
/** @type {string[]} */
const cookies = [];
const ownFetch = globalThis.fetch;

/** @param {Record<string, string>} [headers] */
const asPage = (headers) => ({ ...headers, Origin: PAGE_ORIGIN, Cookie: cookies.join('; ') });

Object.assign(globalThis, {
  window: { location: { protocol, host }, prompt: () => PAGE_PROMPT },
  /**
   * @param {string} address
   * @param {RequestInit & { headers?: Record<string, string> }} [options]
   */
  fetch: async (address, options = {}) => {
    const response = await ownFetch(new URL(address, PAGE_ORIGIN), {
      ...options,
      headers: asPage(options.headers),
    });
    for (const cookie of response.headers.getSetCookie()) cookies.push(cookie.split(';')[0] ?? '');
    return response;
  },
  WebSocket: class extends WebSocket {
    /** @param {string} url */
    constructor(url) {
      super(url, { headers: asPage() });
    }
  },
});
