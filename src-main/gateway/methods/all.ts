// Every method of the gateway.

import type { PresenceEntry } from '../../shared/protocol/connect.ts';
import type { MethodListing } from '../../shared/protocol/methods.ts';
import type { Services } from '../services.ts';
import type { DirectCallPolicy } from '../tools/direct-calls.ts';
import type { Trace } from '../trace/trace.ts';
import { agentMethods } from './agent.ts';
import { agentsMethods } from './agents.ts';
import { channelMethods } from './channels.ts';
import { chatMethods } from './chat.ts';
import { compatMethods } from './compat.ts';
import { configMethods, type ConfigMethodDeps } from './config.ts';
import { cronMethods } from './cron.ts';
import { deviceMethods } from './device.ts';
import { approvalMethods } from './approvals.ts';
import { execApprovalMethods } from './exec-approval.ts';
import { execApprovalsMethods } from './exec-approvals.ts';
import { heartbeatMethods } from './heartbeat.ts';
import { importMethods } from './import.ts';
import { logMethods } from './logs.ts';
import { memoryMethods } from './memory.ts';
import type { Method } from './method.ts';
import { modelMethods } from './models.ts';
import { nodeLinksMethods } from './node-links.ts';
import { nodeMethods } from './node.ts';
import { notificationMethods } from './notifications.ts';
import { runMethods } from './runs.ts';
import { sessionCompactionMethods } from './session-compaction.ts';
import { sessionSpawnMethods } from './session-spawn.ts';
import { sessionFindMethods } from './session-find.ts';
import { sessionMethods } from './sessions.ts';
import { skillRunMethods } from './skill-run.ts';
import { skillMethods } from './skills.ts';
import { systemMethods } from './system.ts';
import { toolMethods } from './tools.ts';
import { traceMethods } from './trace.ts';
import { usageMethods } from './usage.ts';
import { voiceMethods } from './voice.ts';

export function allMethods(
  services: Services,
  facts: {
    readonly storePath: string;
    readonly now: () => number;
    readonly presence: () => readonly PresenceEntry[];
    readonly trace: Trace;
    /** Which tools programs may call without a model. */
    readonly directCalls: () => DirectCallPolicy;
    readonly listMethods: () => readonly MethodListing[];
    readonly configuration: ConfigMethodDeps;
  },
): readonly Method[] {
  const { runs, sessions, cron, notifications, calls, status, beacons, voice, devices, nodes } = services;
  const { agents, channels, heartbeats, memory, models, logTail } = services;
  return [
    ...systemMethods({ status, sessions, beacons, ...facts }),
    ...agentMethods({ runs, sessions, notifications, ...facts }),
    ...agentsMethods(agents, services.agentService),
    ...voiceMethods(voice),
    ...chatMethods({ runs, sessions, attachments: services.attachments }),
    ...sessionMethods({
      sessions,
      lifecycle: services.sessionLifecycle,
      runs,
      models,
      attachments: services.attachments,
      ...facts,
    }),
    ...sessionSpawnMethods({ sessions, subAgents: services.subAgents, models }),
    ...sessionCompactionMethods({
      sessions,
      compactions: services.compactions,
      runs,
      patientModel: services.patientModel,
    }),
    ...sessionFindMethods({ sessions, search: services.messageSearch }),
    ...cronMethods({ cron, preview: services.schedulePreview, upcoming: services.upcomingRuns }),
    ...deviceMethods(devices),
    ...nodeMethods({ nodes, devices: devices.service, tokens: devices.tokens, now: facts.now }),
    ...nodeLinksMethods(services.nodeLinks),
    ...approvalMethods(services.approvals),
    ...execApprovalMethods(services.approvals),
    ...execApprovalsMethods({ policy: services.execPolicy, nodes }),
    ...notificationMethods(notifications),
    ...channelMethods({ channels, now: facts.now }),
    ...heartbeatMethods({ heartbeats, chosenHeartbeats: services.chosenHeartbeats, agents, ...facts }),
    ...memoryMethods({ memory, channels, agents }),
    ...configMethods(facts.configuration),
    ...importMethods(services.openClawImport),
    ...modelMethods(services.modelList),
    ...logMethods(logTail),
    ...usageMethods(services.usage),
    ...skillMethods({ agents, skills: services.skills }),
    ...skillRunMethods({ library: services.skills.library, runs, agents: services.agentRuntime }),
    ...toolMethods({ ...services, ...facts }),
    ...runMethods(services.runTrace),
    ...traceMethods(facts),
    ...compatMethods({ ...services, runs, calls, status, channels, heartbeats, models }),
  ];
}
