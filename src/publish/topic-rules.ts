import { TOPICS, topicPrefix } from './topics.ts';

/** Who speaks on the broker. `panel`: a line controller, MES or button box that may only ask (`cmd/…`); `host`: a
 *  Sparkplug host application; `observer`: reads. */
export const BROKER_ROLES = ['station', 'plc', 'panel', 'host', 'observer'] as const;
export type BrokerRole = (typeof BROKER_ROLES)[number];

export interface TopicRule {
  readonly role: BrokerRole;
  readonly may: 'read' | 'write';
  /** An MQTT topic filter. */
  readonly filter: string;
}

export const SPARKPLUG_NAMESPACE = 'spBv1.0';

/** The one list of who may say and hear what: the embedded broker obeys it, Mosquitto's ACL file is made of it. What is
 *  not in it is refused. Nobody but the station says what the station says, nobody but the PLC answers for it. */
export function topicRules(site: string, station: string): readonly TopicRule[] {
  const prefix = topicPrefix(site, station);
  const sparkplug = (verb: string) => `${SPARKPLUG_NAMESPACE}/${site}/${verb}/${station}`;
  const rule = (role: BrokerRole, may: TopicRule['may'], ...filters: readonly string[]): TopicRule[] =>
    filters.map((filter) => ({ role, may, filter }));
  const said = [
    TOPICS.availability,
    TOPICS.heartbeat,
    TOPICS.state,
    TOPICS.jobReleased,
    TOPICS.jobRequest,
    TOPICS.jobClosed,
    `${TOPICS.alarm}/#`,
    TOPICS.sheet,
    TOPICS.layout,
    TOPICS.yield,
    TOPICS.audit,
    'print/+',
    'cmd/+/ack',
  ].map((topic) => prefix + topic);
  const dead = ['NBIRTH', 'NDATA', 'NDEATH'].map(sparkplug);
  const devices = ['DBIRTH', 'DDATA', 'DDEATH'].map((verb) => `${sparkplug(verb)}/+`);
  return [
    ...rule('station', 'write', ...said, ...dead, ...devices),
    ...rule('station', 'read', `${prefix}#`, sparkplug('NCMD'), `${sparkplug('DCMD')}/+`),
    ...rule('station', 'read', `${SPARKPLUG_NAMESPACE}/STATE/+`),
    ...rule('plc', 'write', prefix + TOPICS.plcHeartbeat, prefix + TOPICS.jobAck, `${prefix}cmd/+`),
    ...rule('plc', 'read', `${prefix}#`),
    ...rule('panel', 'write', `${prefix}cmd/+`),
    ...rule('panel', 'read', `${prefix}#`),
    ...rule('host', 'write', sparkplug('NCMD'), `${sparkplug('DCMD')}/+`, `${SPARKPLUG_NAMESPACE}/STATE/+`),
    ...rule('host', 'read', `${SPARKPLUG_NAMESPACE}/#`),
    ...rule('observer', 'read', `${prefix}#`, `${SPARKPLUG_NAMESPACE}/${site}/#`),
  ];
}

/** Whether every topic that `inner` matches is matched by `outer`; a topic without wildcards is a filter too. */
export function filterCovers(outer: string, inner: string): boolean {
  const wide = outer.split('/');
  const narrow = inner.split('/');
  for (const [at, level] of wide.entries()) {
    if (level === '#') return true;
    const other = narrow[at];
    if (other === undefined || other === '#') return false;
    if (level === '+' ? other === '#' : level !== other) return false;
  }
  return wide.length === narrow.length;
}

/** Whether a role may publish to this topic, or subscribe to this filter: then one rule must cover all of it. */
export function isTopicAllowed(
  rules: readonly TopicRule[],
  role: BrokerRole,
  may: TopicRule['may'],
  filter: string,
): boolean {
  if (may === 'write' && /[+#]/.test(filter)) return false;
  return rules.some((rule) => rule.role === role && rule.may === may && filterCovers(rule.filter, filter));
}

/** The rules as Mosquitto's `acl_file`; a user without a name is left out, whoever is not named may nothing. */
export function mosquittoAcl(
  rules: readonly TopicRule[],
  users: Readonly<Partial<Record<BrokerRole, readonly string[]>>>,
): string {
  const lines = ['# Made by "kerf doctor plc --acl"; not written by hand.'];
  for (const role of BROKER_ROLES)
    for (const user of users[role] ?? []) {
      lines.push('', `user ${user}`);
      for (const { may, filter } of rules.filter((rule) => rule.role === role)) lines.push(`topic ${may} ${filter}`);
    }
  return `${lines.join('\n')}\n`;
}
