// What a connection may do. Names are OpenClaw's.

export const SCOPES = [
  'operator.read',
  'operator.write',
  'operator.admin',
  'operator.approvals',
  'operator.questions',
  'operator.pairing',
  'operator.talk',
  'operator.talk.secrets',
] as const;

export type Scope = (typeof SCOPES)[number];

export function isKnownScope(scope: string): scope is Scope {
  return (SCOPES as readonly string[]).includes(scope);
}

/** Whether `held` grants `needed`: admin grants everything, write includes read and talk. */
export function grants(held: ReadonlySet<string>, needed: string): boolean {
  if (held.has(needed) || held.has('operator.admin')) return true;
  return (needed === 'operator.read' || needed === 'operator.talk') && held.has('operator.write');
}
