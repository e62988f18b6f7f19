// What an agent is asked with a heartbeat. Pure.

import type { Checklist } from './checklist.ts';

/** @param events what it was woken for, oldest first */
export function heartbeatPrompt(checklist: Checklist | undefined, events: readonly string[]): string {
  const parts = [
    'This is a heartbeat: look whether anything needs the person’s attention now. Do what the checklist says, with your tools. Do not repeat old tasks.',
    'If nothing needs attention, answer exactly HEARTBEAT_OK. Otherwise answer with what the person should know, and nothing else.',
  ];
  if (checklist !== undefined) parts.push(`Checklist (HEARTBEAT.md):\n\n${checklist.text.trim()}`);
  if (events.length > 0) parts.push(`You were woken for:\n\n${events.map((text) => `- ${text}`).join('\n')}`);
  return parts.join('\n\n');
}
