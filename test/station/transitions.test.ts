import { describe, expect, test } from 'vitest';
import { finalJobStates, jobStates, stationStates, type JobState } from '#domain/job.ts';
import { releaseResults } from '#domain/plc-messages.ts';
import { RESUME_EFFECTS, STATION_STATE_OF, TRANSITIONS, transitionOf, type JobEvent } from '#station/transitions.ts';

const RANK: Readonly<Partial<Record<JobState, number>>> = {
  released: 0,
  accepted: 1,
  cutting: 2,
  paused: 2,
  done: 3,
  rejected: 3,
  failed: 3,
  cancelled: 3,
};

describe('the table of the workflow', () => {
  test('has at most one row for a state and an event', () => {
    const keys = TRANSITIONS.map((t) => `${t.from} ${t.event}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('leaves no final state, reaches every state, and ends from every state', () => {
    for (const t of TRANSITIONS) expect(finalJobStates.has(t.from), `${t.from} ${t.event}`).toBe(false);
    const reached = new Set<JobState>(['new']);
    for (let size = 0; size !== reached.size;) {
      size = reached.size;
      for (const t of TRANSITIONS) if (reached.has(t.from)) reached.add(t.to);
    }
    expect([...reached].sort()).toEqual([...jobStates].sort());
    for (const state of jobStates)
      if (!finalJobStates.has(state))
        expect(
          TRANSITIONS.some((t) => t.from === state && finalJobStates.has(t.to)),
          state,
        ).toBe(true);
  });

  test('is approved by a person only, with the layout that was seen, and released only after that', () => {
    const toApproved = TRANSITIONS.filter((t) => t.to === 'approved');
    expect(toApproved.map((t) => [t.from, t.event])).toEqual([['nested', 'approved']]);
    expect(toApproved[0]?.guards).toEqual([
      'layoutIsTheOneSeen',
      'signerMayRelease',
      'doubtIsDecided',
      'machineIsTheOneCutFor',
      'plcIsReady',
    ]);
    const toReleased = TRANSITIONS.filter((t) => t.to === 'released' && t.from !== 'released');
    expect(toReleased.map((t) => t.from)).toEqual(['approved']);
    expect(toReleased[0]?.guards).toEqual(['machineIsTheOneCutFor', 'plcIsReady']);
  });

  test('moves a released job by the words of the PLC only, and only forward', () => {
    for (const t of TRANSITIONS) {
      const from = RANK[t.from];
      if (from === undefined) continue;
      expect(t.event.startsWith('plc ') || t.event === 'asked', `${t.from} ${t.event}`).toBe(true);
      expect(RANK[t.to] ?? -1, `${t.from} ${t.event}`).toBeGreaterThanOrEqual(from);
    }
    expect(transitionOf('cutting', 'plc accepted')).toBeNull();
    expect(transitionOf('done', 'plc started')).toBeNull();
    expect(transitionOf('released', 'plc done')?.to).toBe('done');
    for (const result of releaseResults) expect(transitionOf('nested', `plc ${result}` as JobEvent)).toBeNull();
  });

  test('says for every job state what the station shows, and runs work again only where a job is unfinished', () => {
    for (const state of jobStates) expect(stationStates).toContain(STATION_STATE_OF[state]);
    for (const state of finalJobStates) expect(RESUME_EFFECTS[state]).toEqual(state === 'done' ? ['showYield'] : []);
    // What a step starts is what a restart in its state starts again, but for a release: a person is asked again.
    expect(RESUME_EFFECTS.approved).toEqual(['askAgain']);
    for (const state of jobStates) expect(RESUME_EFFECTS[state]).not.toContain('release');
    for (const t of TRANSITIONS)
      for (const work of ['acquire', 'inspect', 'nest', 'cutAnew', 'showSheet', 'showYield', 'deliver'] as const)
        if (t.effects.includes(work) && !finalJobStates.has(t.to))
          expect(RESUME_EFFECTS[t.to], `${t.from} ${t.event}`).toContain(work);
  });
});
