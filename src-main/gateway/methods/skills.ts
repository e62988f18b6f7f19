// Running a skill by its name. There are no skills in this version, and that is what the answer says.

import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import { defineCompatMethod, type Method } from './method.ts';

const params = z.looseObject({
  skill: z.string().check(z.minLength(1), z.maxLength(128)),
  /** Words, or an object. */
  args: z.optional(z.unknown()),
});

export function skillMethods(): readonly Method[] {
  const handle = ({ skill }: { readonly skill: string }): never => {
    throw new GatewayError('not-found', `There is no skill named ${skill}. No skills are installed.`, {
      details: { code: 'SKILL_NOT_FOUND' },
    });
  };
  return [
    defineCompatMethod({
      name: 'skill.run',
      dialects: ['json-rpc'],
      scope: 'operator.write',
      params,
      handle,
    }),
    defineCompatMethod({
      name: 'typed.skill_invoke',
      dialects: ['typed'],
      scope: 'operator.write',
      params,
      handle,
    }),
  ];
}
