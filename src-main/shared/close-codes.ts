// WebSocket close codes that the gateway sends (RFC 6455, seed documents, OpenClaw's protocol).

export const CloseCode = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  policyViolation: 1008,
  messageTooBig: 1009,
  serviceRestart: 1012,
  /** Sent by clients: nothing was heard from the gateway for too long. */
  tickTimeout: 4000,
  authenticationTimeout: 4001,
  heartbeatTimeout: 4002,
  rateLimited: 4003,
} as const;

export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];
