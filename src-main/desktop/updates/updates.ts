// Newer versions: looked for where this package was told to when it was made, only if the person has not switched it off.
// What is found is told to everybody who is connected; it is fetched when the person wants it, and installed when they
// restart for it. Nothing here ever restarts by itself.

import { errorText, type Logger } from '../../shared/logger.ts';
import type { UpdateChannel, UpdateState } from '../../shared/ipc.ts';
import type { UpdateAvailable } from '../../shared/protocol/events.ts';
import { HOUR, SECOND, type Clock, type TimerHandle } from '../../shared/time.ts';
import type { Settings } from '../settings.ts';

/** What finds, fetches and installs; electron-updater in what ships. */
export interface UpdateSource {
  /** @returns the newer version, `undefined` when this one is the newest */
  check(channel: UpdateChannel): Promise<string | undefined>;
  /** Fetches what was found, checking its hash. */
  download(): Promise<void>;
  /** Ends the app and comes back as the newer version. */
  install(): void;
}

export interface Updates {
  readonly state: () => UpdateState;
  /** Looks now, also when looking by itself is switched off. */
  readonly check: () => Promise<UpdateState>;
  readonly download: () => Promise<UpdateState>;
  /** Restarts as the newer version; only after a download. */
  install(): void;
  readonly choose: (choice: { readonly enabled: boolean; readonly channel: UpdateChannel }) => UpdateState;
  /** What clients that come later must be told. */
  available(): UpdateAvailable | null;
  stop(): void;
}

/** After the start, which has better things to do. */
const FIRST = 30 * SECOND;
const EVERY = 6 * HOUR;

export function createUpdates(deps: {
  /** `undefined`: this copy has nowhere to look. */
  readonly source: UpdateSource | undefined;
  readonly currentVersion: string;
  readonly settings: Pick<Settings, 'updates' | 'saveUpdates'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onChange: (state: UpdateState) => void;
  readonly announce: (update: UpdateAvailable | null) => void;
  readonly log: Logger;
}): Updates {
  const { source, settings, clock, log } = deps;
  let stage: Pick<UpdateState, 'stage' | 'version' | 'problem'> = { stage: 'idle' };
  let timer: TimerHandle | undefined;
  let work: Promise<void> = Promise.resolve();

  function state(): UpdateState {
    return { supported: source !== undefined, ...settings.updates(), ...stage };
  }

  function become(next: typeof stage): void {
    const before = stage.version;
    stage = next;
    deps.onChange(state());
    if (before !== next.version) deps.announce(available());
  }

  function available(): UpdateAvailable | null {
    if (stage.version === undefined) return null;
    const { channel } = settings.updates();
    return { currentVersion: deps.currentVersion, latestVersion: stage.version, channel };
  }

  /** One thing at a time, whoever asks. */
  function inTurn(task: (from: UpdateSource) => Promise<void>): Promise<UpdateState> {
    work = work.then(() => (source === undefined ? undefined : task(source)));
    return work.then(state);
  }

  async function look(from: UpdateSource): Promise<void> {
    // What was fetched stays ready to be installed.
    if (stage.stage === 'ready') return;
    const known = stage.version;
    become({ stage: 'checking', ...(known === undefined ? {} : { version: known }) });
    try {
      const version = await from.check(settings.updates().channel);
      become(version === undefined ? { stage: 'newest' } : { stage: 'available', version });
    } catch (error) {
      log.warn('looking for a newer version failed', { error: errorText(error) });
      become({
        stage: 'failed',
        problem: shortReason(error),
        ...(known === undefined ? {} : { version: known }),
      });
    }
  }

  async function fetchIt(from: UpdateSource): Promise<void> {
    const { version } = stage;
    if (version === undefined || stage.stage === 'ready') return;
    become({ stage: 'downloading', version });
    try {
      await from.download();
      become({ stage: 'ready', version });
    } catch (error) {
      log.warn('the newer version could not be fetched', { error: errorText(error) });
      become({ stage: 'failed', version, problem: shortReason(error) });
    }
  }

  function schedule(delay: number): void {
    if (timer !== undefined) clock.cancel(timer);
    timer = undefined;
    if (source === undefined || !settings.updates().enabled) return;
    timer = clock.schedule(delay, () => {
      void inTurn(look);
      // Not all copies at the same moment.
      schedule(EVERY * (0.9 + deps.random() * 0.2));
    });
  }

  schedule(FIRST);
  return {
    state,
    available,
    check: () => inTurn(look),
    download: () => inTurn(fetchIt),
    install: () => {
      if (stage.stage === 'ready') source?.install();
    },
    choose: (choice) => {
      const before = settings.updates();
      settings.saveUpdates(choice);
      // Another channel has other versions.
      if (before.channel !== choice.channel && stage.stage !== 'ready') become({ stage: 'idle' });
      if (before.enabled !== choice.enabled) schedule(SECOND);
      return state();
    },
    stop: () => {
      if (timer !== undefined) clock.cancel(timer);
    },
  };
}

/** electron-updater's errors go on with headers and stacks. */
function shortReason(error: unknown): string {
  return (errorText(error).split('\n')[0] ?? '').slice(0, 200);
}
