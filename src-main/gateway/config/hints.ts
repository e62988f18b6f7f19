// What the settings are called and what they do, for people who change them in a form. By dotted path; `*` stands for a
// name or position that people choose.

import type { ConfigUiHint } from '../../shared/protocol/config.ts';

const GATEWAY = 'Gateway';
const MODELS = 'Models';
const AGENTS = 'Agents';

export const UI_HINTS: Readonly<Record<string, ConfigUiHint>> = {
  gateway: { label: 'Gateway', order: 1, group: GATEWAY },
  'gateway.port': {
    label: 'Port',
    help: 'The port that the gateway listens on.',
    placeholder: '18789',
    group: GATEWAY,
  },
  'gateway.bind': {
    label: 'Who can reach it',
    help: 'loopback: this computer only. lan: the whole network. tailnet: your tailnet. custom: the address in customBindHost.',
    placeholder: 'loopback',
    group: GATEWAY,
  },
  'gateway.customBindHost': { label: 'Address', help: 'With bind "custom".', advanced: true, group: GATEWAY },
  'gateway.auth': { label: 'Sign-in', group: GATEWAY },
  'gateway.auth.mode': {
    label: 'Kind of secret',
    help: 'none lets every program of this computer in.',
    placeholder: 'token',
    group: GATEWAY,
  },
  'gateway.auth.enabled': {
    label: 'Sign-in',
    help: 'false is the same as mode "none".',
    advanced: true,
    group: GATEWAY,
  },
  'gateway.auth.token': {
    label: 'Token',
    help: 'Left out, the gateway makes one of its own. A reference like ${MY_TOKEN} keeps it out of the file.',
    sensitive: true,
    group: GATEWAY,
  },
  'gateway.auth.password': { label: 'Password', sensitive: true, group: GATEWAY },
  'gateway.tls': { label: 'TLS', group: GATEWAY },
  'gateway.tls.enabled': { label: 'Encrypt connections', group: GATEWAY },
  'gateway.tls.certPath': { label: 'Certificate', help: 'A PEM file.', group: GATEWAY },
  'gateway.tls.keyPath': { label: 'Key', help: 'A PEM file without a passphrase.', group: GATEWAY },
  'gateway.tls.minVersion': {
    label: 'Oldest TLS version',
    placeholder: '1.2',
    advanced: true,
    group: GATEWAY,
  },
  'gateway.heartbeatInterval': {
    label: 'Seconds between pings',
    placeholder: '30',
    advanced: true,
    group: GATEWAY,
  },
  'gateway.heartbeatTimeout': {
    label: 'Seconds of silence',
    help: 'A connection is closed after so much silence, when it missed more pings than allowed.',
    placeholder: '90',
    advanced: true,
    group: GATEWAY,
  },
  'gateway.heartbeatMaxMissed': {
    label: 'Pings that may be missed',
    placeholder: '3',
    advanced: true,
    group: GATEWAY,
  },
  'gateway.proactiveNotifications': {
    label: 'Notifications ride on pings',
    help: 'For strict JSON-RPC clients.',
    placeholder: 'true',
    advanced: true,
    group: GATEWAY,
  },
  'gateway.rateLimit': { label: 'Rate limit', advanced: true, group: GATEWAY },
  'gateway.rateLimit.enabled': {
    label: 'Limit',
    help: 'true: in all formats; false: in none; left out: in all but OpenClaw’s own.',
    group: GATEWAY,
  },
  'gateway.rateLimit.messagesPerSecond': { label: 'Messages a second', placeholder: '10', group: GATEWAY },
  'gateway.rateLimit.messagesPerMinute': { label: 'Messages a minute', placeholder: '200', group: GATEWAY },
  'gateway.rateLimit.burstSize': { label: 'Messages at once', placeholder: '20', group: GATEWAY },
  'gateway.rateLimit.cooldownSeconds': { label: 'Seconds of cooldown', placeholder: '60', group: GATEWAY },
  'gateway.controlUi': { label: 'Pages in a browser', group: GATEWAY },
  'gateway.controlUi.enabled': { label: 'Serve them', placeholder: 'true', group: GATEWAY },
  'gateway.controlUi.allowedOrigins': {
    label: 'Other origins',
    help: 'Pages from there may connect, too.',
    advanced: true,
    group: GATEWAY,
  },
  'gateway.nodes': { label: 'Nodes', advanced: true, group: GATEWAY },
  'gateway.nodes.pairing.autoApproveLocal': {
    label: 'Pair devices of this computer without asking',
    placeholder: 'true',
    group: GATEWAY,
  },
  'gateway.nodes.commands.allow': { label: 'Dangerous commands that may be invoked', group: GATEWAY },
  'gateway.nodes.commands.deny': { label: 'Commands that may never be invoked', group: GATEWAY },
  'gateway.http': { label: 'OpenAI-compatible routes', advanced: true, group: GATEWAY },
  'gateway.http.endpoints.chatCompletions.enabled': {
    label: '/v1/chat/completions',
    placeholder: 'true',
    group: GATEWAY,
  },
  'gateway.http.endpoints.responses.enabled': { label: '/v1/responses', placeholder: 'true', group: GATEWAY },
  'gateway.tools': { label: 'Tools over HTTP', advanced: true, group: GATEWAY },
  'gateway.tools.allow': { label: 'Tools that may be called although they are refused here', group: GATEWAY },
  'gateway.tools.deny': { label: 'Tools that are refused', group: GATEWAY },
  models: { label: 'Models', order: 2, group: MODELS },
  'models.providers': {
    label: 'Providers',
    help: 'OpenAI-compatible servers, by a name of your choice.',
    group: MODELS,
  },
  'models.providers.*.baseUrl': { label: 'Address', placeholder: 'http://127.0.0.1:8000/v1', group: MODELS },
  'models.providers.*.apiKey': {
    label: 'API key',
    help: 'A reference like ${OPENAI_API_KEY} keeps it out of the file.',
    sensitive: true,
    group: MODELS,
  },
  'models.providers.*.headers': { label: 'Headers', advanced: true, sensitive: true, group: MODELS },
  'models.providers.*.models': { label: 'Models', group: MODELS },
  'models.detect': {
    label: 'Look for model servers on this computer',
    placeholder: 'true',
    group: MODELS,
  },
  agents: { label: 'Agents', order: 3, group: AGENTS },
  'agents.defaults.model': { label: 'Model', help: 'provider/model', group: AGENTS },
  'agents.defaults.timeoutSeconds': {
    label: 'Longest run in seconds',
    help: '0: no limit.',
    advanced: true,
    group: AGENTS,
  },
};
