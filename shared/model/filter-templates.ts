import type { FilterEntry, FilterRule } from './filter-rules.ts';

/** Ready-made entries, each with a text (networkFilters:templates.<id>). */
export const filterTemplateIds = [
  ...(['ssh', 'http', 'https', 'ping', 'dhcp', 'outgoing', 'neighbors', 'cleanTraffic', 'dropRest'] as const),
] as const;
export type FilterTemplateId = (typeof filterTemplateIds)[number];

function rule(
  action: FilterRule['action'],
  direction: FilterRule['direction'],
  protocol: string,
  values: Record<string, string> = {},
  more: Partial<FilterRule> = {},
): FilterRule {
  const plain = { priority: null, isStateful: true, isInverted: false } as const;
  return { kind: 'rule', action, direction, ...plain, protocol, values, ...more };
}

function toPort(port: string): FilterRule[] {
  return ['tcp', 'tcp-ipv6'].map((protocol) => rule('accept', 'in', protocol, { dstportstart: port }));
}

/** The last rules of a filter: after all others. */
const last = { priority: 1_000 };

/** What each template adds to a filter. */
export const filterTemplates: Record<FilterTemplateId, readonly FilterEntry[]> = {
  ssh: toPort('22'),
  http: toPort('80'),
  https: toPort('443'),
  // Requests for an echo.
  ping: [rule('accept', 'in', 'icmp', { type: '8' }), rule('accept', 'in', 'icmpv6', { type: '128' })],
  // The answer does not come from the address that was asked: following connections does not let it through.
  dhcp: [
    rule('accept', 'out', 'udp', { srcportstart: '68', dstportstart: '67' }),
    rule('accept', 'in', 'udp', { srcportstart: '67', dstportstart: '68' }),
  ],
  outgoing: [rule('accept', 'out', 'all'), rule('accept', 'out', 'all-ipv6')],
  // Routers and neighbours of IPv6, which the host does not follow as connections.
  neighbors: ['133', '134', '135', '136'].map((type) =>
    rule('accept', 'inout', 'icmpv6', { type }, { isStateful: false }),
  ),
  cleanTraffic: [{ kind: 'reference', filter: 'clean-traffic', parameters: [] }],
  dropRest: [rule('drop', 'inout', 'all', {}, last), rule('drop', 'inout', 'all-ipv6', {}, last)],
};
