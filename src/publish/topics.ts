/** Topics of the contract below `kerf/v1/<site>/<station>/` (docs/contracts.md, "MQTT, plain JSON"). */
export const TOPICS = {
  availability: 'availability',
  heartbeat: 'heartbeat',
  plcHeartbeat: 'plc/heartbeat',
  state: 'state',
  jobReleased: 'job/released',
  jobRequest: 'job/request',
  jobAck: 'job/ack',
  jobClosed: 'job/closed',
  alarm: 'alarm',
  alarmSummary: 'alarm/summary',
  sheet: 'sheet',
  layout: 'layout',
  yield: 'yield',
  audit: 'audit',
} as const;

/** States of which the broker keeps the latest; never a command. */
export const RETAINED_TOPICS = [TOPICS.state, TOPICS.alarmSummary, TOPICS.sheet, TOPICS.layout, TOPICS.yield] as const;
export type RetainedTopic = (typeof RETAINED_TOPICS)[number];

/** Ends with "/". Site and station are wire ids, so they hold neither "/" nor wildcards. */
export function topicPrefix(site: string, station: string): string {
  return `kerf/v1/${site}/${station}/`;
}

/** Of the station's session for the PLC's words. */
export function stationClientId(site: string, station: string): string {
  return `kerf-${site}-${station}`;
}

/** Every id under which a station comes to its own broker. */
export function ownClientIds(site: string, station: string): ReadonlySet<string> {
  const own = stationClientId(site, station);
  return new Set([own, `${own}-cmd`, ...['modbus', 'opcua', 'sparkplug'].map((door) => `${door}-${site}-${station}`)]);
}

/** The verb of `cmd/<verb>`, or null for any other topic below the prefix. */
export function commandVerb(topic: string): string | null {
  const [first, verb, ...more] = topic.split('/');
  return first === 'cmd' && verb && more.length === 0 ? verb : null;
}
