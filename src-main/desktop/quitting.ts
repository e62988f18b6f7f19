// How the app is quit by its person: what will not run is named and asked about first. A quit that the system asks for
// (sign-out, an update) is not asked about and does not come through here.

import { app, dialog } from 'electron';
import type { HostState } from './gateway/gateway-host.ts';
import { quitQuestion, type QuitQuestion } from './quit-question.ts';
import type { TrayFeed } from './tray/tray-feed.ts';
import { timeText } from './tray/tray-model.ts';
import { say } from './words/words.ts';

/** @returns what quits the app, at once or after an answer; asked again while the question stands it does nothing */
export function createQuit(feed: () => Pick<TrayFeed, 'facts' | 'jobCount'>): () => void {
  let asking = false;

  async function ask({ message, detail }: QuitQuestion): Promise<void> {
    if (asking) return;
    asking = true;
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message,
      detail,
      buttons: [say('quit.quit'), say('quit.stay')],
      defaultId: 1,
      cancelId: 1,
      noLink: true,
    });
    asking = false;
    if (response === 0) app.quit();
  }

  return () => {
    const { status, host, nextJobs, now } = feed().facts();
    const question = quitQuestion({
      endsGateway: isOurs(host),
      jobs: feed().jobCount(),
      nextJobs,
      activeRuns: status?.activeRuns.length ?? 0,
      timeText: (atMs) => timeText(atMs, now),
    });
    if (question === undefined) app.quit();
    else void ask(question);
  };
}

/** Another process's gateway goes on without us. */
function isOurs(host: HostState): boolean {
  return host.status === 'running' && host.kind === 'embedded';
}
