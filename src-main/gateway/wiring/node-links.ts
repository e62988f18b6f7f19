// Wires this computer as a node of other gateways: their commands run by the rules of this computer, in a place of their own.

import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import type { AgentDirectory } from '../agents/agent-directory.ts';
import { loadDeviceIdentity, type DeviceIdentity } from '../auth/device-identity.ts';
import { commandEnvironment } from '../exec/environment.ts';
import { createExec } from '../exec/exec.ts';
import { createProgramFinder } from '../exec/programs.ts';
import { systemShell } from '../exec/shell.ts';
import { askingPolicy } from '../node-links/asking-policy.ts';
import { createLinkFile } from '../node-links/link-file.ts';
import { createNodeCommands } from '../node-links/node-commands.ts';
import { createNodeLinks, type NodeLinks } from '../node-links/node-links.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { ServiceDeps } from './service-deps.ts';
import type { Trust } from './trust.ts';

export function wireNodeLinks(
  deps: ServiceDeps,
  parts: {
    readonly trust: Trust;
    readonly agents: Pick<AgentDirectory, 'list'>;
    readonly notifications: NotificationService;
  },
): NodeLinks {
  const { env, clock, bus, log, paths, nodeHost } = deps;
  const { trust, agents, notifications } = parts;
  const { platform } = process;
  const exec = createExec({
    policy: { ...trust.execPolicy, ...askingPolicy(trust.execPolicy) },
    approvals: {
      ...trust.approvals,
      // The person of a machine without a screen looks when they are told to.
      request: (ask) => trust.approvals.request({ ...ask, waitsForSomebody: true }),
    },
    // Commands of others begin in the person's own folder, not in that of an agent.
    agents: { list: () => agents.list(), workspaceOf: () => homedir() },
    variables: () => Promise.resolve({}),
    env,
    clock,
  });
  return createNodeLinks({
    file: createLinkFile(path.join(paths.profileDir, 'node-links.json')),
    host: nodeHost,
    commands: createNodeCommands({
      notifications,
      exec,
      policy: trust.execPolicy,
      finder: createProgramFinder(platform),
      searchPath: () => commandEnvironment(env, platform)['PATH'] ?? '',
      shell: systemShell(platform, env).kind,
      captureScreen: nodeHost?.captureScreen,
      newId: randomUUID,
      clock,
    }),
    identity: once(() => loadDeviceIdentity(paths.profileDir)),
    bus,
    clock,
    log,
  });
}

function once(load: () => DeviceIdentity): () => DeviceIdentity {
  let loaded: DeviceIdentity | undefined;
  return () => (loaded ??= load());
}
