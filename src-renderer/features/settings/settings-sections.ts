// The places of the settings, in their order, and what a gateway has to serve for each.

import {
  BellRing,
  Bot,
  ChartColumn,
  FileCog,
  Info,
  Puzzle,
  ScrollText,
  ShieldCheck,
  Smartphone,
  Sparkles,
  type LucideIcon,
} from 'lucide-react';
import type { MethodName } from '../../../src-main/shared/protocol/methods.ts';

export const SECTIONS = [
  'general',
  'notifications',
  'agents',
  'skills',
  'devices',
  'rules',
  'usage',
  'logs',
  'all',
  'about',
] as const;
export type SettingsSection = (typeof SECTIONS)[number];

interface Section {
  readonly icon: LucideIcon;
  /** Without it there would be nothing to show. Left out: what is there belongs to this computer, whatever its gateway does. */
  readonly needs?: MethodName;
}

export const SECTION_FACTS: Readonly<Record<SettingsSection, Section>> = {
  general: { icon: Sparkles },
  notifications: { icon: BellRing, needs: 'notifications.settings.get' },
  skills: { icon: Puzzle, needs: 'skills.status' },
  agents: { icon: Bot, needs: 'agents.list' },
  devices: { icon: Smartphone, needs: 'device.pair.list' },
  rules: { icon: ShieldCheck, needs: 'exec.approvals.get' },
  usage: { icon: ChartColumn, needs: 'usage.cost' },
  logs: { icon: ScrollText, needs: 'logs.tail' },
  about: { icon: Info },
  all: { icon: FileCog, needs: 'config.schema' },
};
