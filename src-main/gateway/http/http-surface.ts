// Everything that the port answers besides WebSocket frames: which routes there are, and the door for our own pages.

import type { Logger } from '../../shared/logger.ts';
import type { Clock } from '../../shared/time.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import type { OriginPolicy } from '../auth/origins.ts';
import type { AuthMode, GatewaySecret } from '../auth/secret.ts';
import type { Tickets } from '../auth/tickets.ts';
import type { GatewaySection } from '../config/schema.ts';
import type { Problems } from '../problems.ts';
import type { Services } from '../services.ts';
import { createBrowserSessions } from './browser-sessions.ts';
import { controlUiRoutes } from './control-ui.ts';
import { createHttpCredentials } from './http-credentials.ts';
import { createHttpRouter, type HttpHandler } from './http-router.ts';
import { openAIRoutes } from './openai/routes.ts';
import { createPageDoor, type PageDoor } from './page-door.ts';
import { probeRoutes } from './probes.ts';
import { signInRoutes } from './sign-in.ts';
import { toolRoutes } from './tools-invoke.ts';
import { createUpstream } from './upstream.ts';

export interface HttpSurface {
  readonly answer: HttpHandler;
  readonly pages: PageDoor;
  /** The secret changed: browsers have to sign in with the new one. */
  signOutAll(): void;
  stop(): void;
}

export interface HttpSurfaceDeps {
  readonly services: Services;
  readonly authenticator: Authenticator;
  readonly origins: OriginPolicy;
  readonly tickets: Tickets;
  readonly secret: GatewaySecret;
  readonly config: () => GatewaySection;
  readonly problems: Problems;
  readonly env: NodeJS.ProcessEnv;
  readonly profileDir: string;
  /** Where the built pages are. */
  readonly pagesFolder: string | undefined;
  /** Whether the port speaks TLS. */
  readonly secure: boolean;
  readonly port: () => number;
  readonly startedAt: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A shorter secret could be guessed from a proof of it. */
const MIN_PROOF_SECRET = 32;

export function createHttpSurface(deps: HttpSurfaceDeps): HttpSurface {
  const { services, authenticator, origins, tickets, secret, config, secure, port, clock, log } = deps;
  const mode = (): AuthMode => secret.mode;
  const sessions = createBrowserSessions({ clock, port, secure });
  const credentials = createHttpCredentials({ authenticator, mode });

  const routes = [
    ...probeRoutes({
      ready: () => true,
      uptimeMs: () => clock.now() - deps.startedAt,
      proofKey: () => {
        const key = mode() === 'token' ? secret.reveal() : undefined;
        return key !== undefined && key.length >= MIN_PROOF_SECRET ? key : undefined;
      },
      port,
    }),
    ...signInRoutes({ sessions, credentials, mode }),
    ...controlUiRoutes({
      folder: deps.pagesFolder,
      enabled: () => config().controlUi?.enabled !== false,
      secure,
    }),
    ...openAIRoutes({
      services,
      endpoints: () => config().http?.endpoints ?? {},
      clock,
    }),
    ...toolRoutes({ agents: services.agentRuntime, policy: () => config().tools ?? {}, clock }),
  ];

  return {
    answer: createHttpRouter(routes, { origins, credentials, clock, log }),
    pages: createPageDoor({ sessions, tickets, upstream: createUpstream(deps) }),
    signOutAll: () => {
      sessions.endAll();
    },
    stop: () => {
      sessions.stop();
    },
  };
}
