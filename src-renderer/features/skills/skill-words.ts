// Whether a skill can be used, and why not, in words. Pure.

import type { TFunction } from 'i18next';
import type { SkillRequirements, SkillStatus } from '../../../src-main/shared/protocol/skills.ts';

/** Each reason why it is not available; none when it is, or is only switched off. */
export function whyUnavailable(skill: SkillStatus, t: TFunction): readonly string[] {
  const reasons = [...missingInWords(skill.missing, t)];
  if (skill.blockedByAllowlist) reasons.push(t('skills.notAllowed'));
  if (skill.blockedByAgentFilter) reasons.push(t('skills.notForAgent'));
  return reasons;
}

export function missingInWords(missing: SkillRequirements, t: TFunction): readonly string[] {
  const { bins, anyBins, env, config, os } = missing;
  return [
    ...(os.length > 0 ? [t('skills.otherSystem')] : []),
    ...(bins.length > 0 ? [t('skills.needsPrograms', { names: bins.join(', ') })] : []),
    ...(anyBins.length > 0 ? [t('skills.needsOneOf', { names: anyBins.join(', ') })] : []),
    ...(env.length > 0 ? [t('skills.needsVariables', { names: env.join(', ') })] : []),
    ...(config.length > 0 ? [t('skills.needsSettings', { names: config.join(', ') })] : []),
  ];
}
