// The gateway's own state as a tool.

import * as z from 'zod/mini';
import type { StatusResult } from '../../shared/protocol/system.ts';
import { defineTool, type Tool } from './tool.ts';

export function createStatusTool(status: () => StatusResult): Tool {
  return defineTool({
    name: 'gateway_status',
    readOnly: true,
    description:
      'How this gateway is doing: version, uptime, model, sessions, jobs, unread notifications, problems.',
    parameters: z.strictObject({}),
    run: () => JSON.stringify(status()),
  });
}
