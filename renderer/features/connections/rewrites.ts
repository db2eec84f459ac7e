import type { EndpointRewrite, OpenStackTarget } from '../../../shared/contract/connections.ts';

/** The contract takes this many. */
const MAX_REWRITES = 64;

/** The target with these rewrites added; a rule for the same name is replaced. */
export function withRewrites(target: OpenStackTarget, added: readonly EndpointRewrite[]): OpenStackTarget {
  const rules = new Map(target.rewrites.map((rewrite) => [rewrite.from, rewrite]));
  for (const rewrite of added) rules.set(rewrite.from, rewrite);
  return { ...target, rewrites: [...rules.values()].slice(-MAX_REWRITES) };
}
