// A page of the public web, as text for an agent. Which addresses may be asked, and how, is decided in outbound/.

import { VERSION } from '../../shared/brand.ts';
import { MINUTE } from '../../shared/time.ts';
import { PUBLIC_ONLY, type AddressPolicy } from '../outbound/address-policy.ts';
import { guardedRequest, GuardedRequestError, type NameResolver } from '../outbound/guarded-request.ts';

export interface FetchedPage {
  /** After all redirects. */
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** There was more than is read. */
  readonly cut: boolean;
}

export interface FetchPageDeps {
  readonly policy: AddressPolicy;
  /** The system's if left out. */
  readonly resolve?: NameResolver;
}

const MAX_REDIRECTS = 5;
const MAX_BYTES = 2 * 1024 * 1024;
const MAX_URL = 2_048;
const TIMEOUT = MINUTE;
const TEXTUAL =
  /^(?:$|text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript|xhtml\+xml|ecmascript|yaml|toml))/;

export const publicWeb: FetchPageDeps = { policy: PUBLIC_ONLY };

/**
 * @throws Error in words for the agent, or the signal's reason
 */
export async function fetchPage(url: string, signal: AbortSignal, deps = publicWeb): Promise<FetchedPage> {
  if (url.length > MAX_URL) throw new Error(`The address is longer than ${MAX_URL} characters.`);
  try {
    const response = await guardedRequest({
      ...deps,
      url,
      headers: {
        'user-agent': `Clawtray/${VERSION}`,
        accept: 'text/html,text/plain,application/json;q=0.9,*/*;q=0.5',
      },
      timeoutMs: TIMEOUT,
      maxBytes: MAX_BYTES,
      maxRedirects: MAX_REDIRECTS,
      compressed: true,
      accepts: (contentType) => TEXTUAL.test(contentType),
      signal,
    });
    const { 'content-type': contentType = 'text/plain' } = response.headers;
    return {
      url: response.url,
      status: response.status,
      contentType,
      text: decode(response.body, contentType),
      cut: response.truncated,
    };
  } catch (error) {
    if (!(error instanceof GuardedRequestError)) throw error;
    const what = error.reason === 'unwanted' ? 'This is no text' : 'This page cannot be fetched';
    throw new Error(`${what}. ${error.message}`, { cause: error });
  }
}

function decode(bytes: Buffer, contentType: string): string {
  const [, charset = 'utf-8'] = /charset="?([\w-]+)/i.exec(contentType) ?? [];
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
