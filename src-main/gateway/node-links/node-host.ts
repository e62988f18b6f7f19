// What whoever embeds the gateway brings along for its computer to be a node of other gateways.

import type { NodeDialer } from '../../shared/node-dial.ts';

export interface ScreenWish {
  /** 0 is the first screen. */
  readonly screenIndex: number;
  /** Pixels. */
  readonly maxWidth: number;
  readonly format: 'jpeg' | 'png';
  /** 0 to 1, for JPEG. */
  readonly quality: number;
}

export interface ScreenPicture {
  readonly format: 'jpeg' | 'png';
  readonly base64: string;
  readonly width: number;
  readonly height: number;
}

/** Another gateway: the id of the link to it, and what people here call it. */
export interface Asker {
  readonly id: string;
  readonly name: string;
}

/**
 * Asks the person at this computer, and takes a picture of a screen if they agree.
 * @param asker who wants it: a gateway, and what the person calls it
 * @throws NodeCallError when they do not agree, or there is no picture
 */
export type ScreenCapture = (wish: ScreenWish, asker: Asker, signal: AbortSignal) => Promise<ScreenPicture>;

/** What whoever embeds the gateway brings along for its computer to be a node. */
export interface NodeHost {
  readonly dial: NodeDialer;
  /** Only where there is a screen and a person who can be asked. */
  readonly captureScreen?: ScreenCapture;
}
