import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterCovers, isTopicAllowed, mosquittoAcl, topicRules, BROKER_ROLES } from '#publish/topic-rules.ts';

const RULES = topicRules('works', 'table-1');
const P = 'kerf/v1/works/table-1/';

describe('the rules per topic', () => {
  test('let nobody but the PLC answer for it, and nobody but the station speak for the station', () => {
    const writers = (topic: string) => BROKER_ROLES.filter((role) => isTopicAllowed(RULES, role, 'write', topic));
    expect(writers(`${P}job/ack`)).toEqual(['plc']);
    expect(writers(`${P}plc/heartbeat`)).toEqual(['plc']);
    for (const topic of ['availability', 'heartbeat', 'state', 'job/released', 'job/request', 'job/closed', 'alarm'])
      expect(writers(P + topic), topic).toEqual(['station']);
    expect(writers(`${P}alarm/summary`)).toEqual(['station']);
    expect(writers(`${P}cmd/pause`)).toEqual(['plc', 'panel']);
    expect(writers(`${P}cmd/pause/ack`)).toEqual(['station']);
    expect(writers('kerf/v1/works/table-2/job/ack')).toEqual([]);
    expect(writers(`${P}new/topic`)).toEqual([]);
    expect(writers('spBv1.0/works/NCMD/table-1')).toEqual(['host']);
    expect(writers('spBv1.0/works/DDATA/table-1/cutter')).toEqual(['station']);
  });

  test('let a subscription pass only where all of it is allowed', () => {
    expect(isTopicAllowed(RULES, 'plc', 'read', `${P}#`)).toBe(true);
    expect(isTopicAllowed(RULES, 'plc', 'read', `${P}job/+`)).toBe(true);
    for (const filter of [
      '#',
      '+/v1/works/table-1/#',
      'kerf/v1/works/+/state',
      'kerf/v1/works/table-2/state',
      '$SYS/#',
    ])
      expect(isTopicAllowed(RULES, 'plc', 'read', filter), filter).toBe(false);
    expect(isTopicAllowed(RULES, 'plc', 'write', `${P}cmd/+`)).toBe(false);
  });
});

test('a filter covers another exactly when it matches all that the other matches', () => {
  const level = fc.constantFrom('a', 'b', '+');
  const filter = fc
    .tuple(fc.array(level, { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([levels, isOpen]) => [...levels, ...(isOpen ? ['#'] : [])].join('/'));
  const matches = (pattern: string, topic: string) => {
    const expression = pattern
      .split('/')
      .map((l) => (l === '#' ? '(?:[^/]*(?:/[^/]*)*)' : l === '+' ? '[^/]*' : l))
      .join('/')
      .replace(/\/(\(\?:\[\^\/\]\*.*)$/, '(?:/$1)?');
    return new RegExp(`^${expression}$`).test(topic);
  };
  const levels = ['a', 'b', 'c'];
  const topics = [0, 1, 2, 3].reduce<string[][]>(
    (lists) => [...lists, (lists.at(-1) ?? ['']).flatMap((t) => levels.map((l) => (t === '' ? l : `${t}/${l}`)))],
    [['']],
  );
  const all = topics.slice(1).flat();
  fc.assert(
    fc.property(filter, filter, (outer, inner) => {
      const isCovered = all.every((topic) => !matches(inner, topic) || matches(outer, topic));
      expect(filterCovers(outer, inner), `${outer} covers ${inner}`).toBe(isCovered);
    }),
    { numRuns: 500 },
  );
});

test("Mosquitto's file says the same, user by user", () => {
  const acl = mosquittoAcl(RULES, { station: ['kerf'], plc: ['cutter'], observer: ['mes', 'screen'] });
  expect(acl).toMatch(/^# Made by/);
  expect([...acl.matchAll(/^user (.*)$/gm)].map(([, user]) => user)).toEqual(['kerf', 'cutter', 'mes', 'screen']);
  expect(acl).toContain(`user cutter\ntopic write ${P}plc/heartbeat\ntopic write ${P}job/ack\ntopic write ${P}cmd/+\n`);
  expect(acl.match(/^topic (read|write) \S+$/gm)?.length).toBe(acl.match(/^topic /gm)?.length);
});
