// Pictures of the screen for another gateway: asks the person each time, or once until the app ends, and takes them. What
// they agreed to is kept in memory only.

import { desktopCapturer, dialog, screen, systemPreferences } from 'electron';
import type { Asker, ScreenCapture, ScreenWish } from '../../gateway/node-links/node-host.ts';
import { NodeCallError } from '../../shared/node-dial.ts';
import { say } from '../words/words.ts';

const DENY = 0;
const ALWAYS = 2;

export function createScreenCapture(): ScreenCapture {
  const agreed = new Set<string>();
  /** One question at a time: a second one over the first would be answered by its click. */
  let asking: Promise<unknown> = Promise.resolve();

  async function ask({ id, name }: Asker, signal: AbortSignal): Promise<void> {
    if (agreed.has(id)) return;
    signal.throwIfAborted();
    const { response } = await dialog.showMessageBox({
      type: 'question',
      title: 'Clawtray',
      message: say('screen.question', { name }),
      detail: say('screen.text'),
      // Closing the question denies.
      buttons: [say('screen.deny'), say('screen.once'), say('screen.always')],
      defaultId: DENY,
      cancelId: DENY,
      noLink: true,
      signal,
    });
    signal.throwIfAborted();
    if (response === DENY)
      throw new NodeCallError('PERMISSION_DENIED', 'The person at this computer said no.');
    if (response === ALWAYS) agreed.add(id);
  }

  return async (wish, asker, signal) => {
    const question = asking.then(() => ask(asker, signal));
    asking = question.catch(() => undefined);
    await question;
    return capture(wish);
  };
}

async function capture({ screenIndex, maxWidth, format, quality }: ScreenWish): ReturnType<ScreenCapture> {
  if (process.platform === 'darwin' && systemPreferences.getMediaAccessStatus('screen') === 'denied')
    throw new NodeCallError('PERMISSION_MISSING', 'macOS does not let Clawtray record the screen.');
  const displays = screen.getAllDisplays();
  const display = displays[screenIndex];
  if (display === undefined)
    throw new NodeCallError(
      'INVALID_REQUEST',
      `There is no screen ${screenIndex}; there are ${displays.length}.`,
    );
  const { width, height } = display.size;
  const scale = Math.min(1, maxWidth / (width * display.scaleFactor)) * display.scaleFactor;
  const sources = await desktopCapturer.getSources({
    types: ['screen'],
    thumbnailSize: { width: Math.round(width * scale), height: Math.round(height * scale) },
  });
  const source = sources.find(({ display_id }) => display_id === String(display.id)) ?? sources[screenIndex];
  if (source === undefined || source.thumbnail.isEmpty())
    throw new NodeCallError('UNAVAILABLE', 'This system gave no picture of the screen.');
  const { thumbnail } = source;
  const bytes = format === 'png' ? thumbnail.toPNG() : thumbnail.toJPEG(Math.round(quality * 100));
  return { format, base64: bytes.toString('base64'), ...thumbnail.getSize() };
}
