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

/** Whether `held` grants `needed`: admin grants everything, write includes read and talk. */
export function grants(held: ReadonlySet<string>, needed: Scope): boolean {
  if (held.has(needed) || held.has('operator.admin')) return true;
  return (needed === 'operator.read' || needed === 'operator.talk') && held.has('operator.write');
}
