import { describe, expect, test } from 'vitest';
import type { Job, JobState } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Command } from '#publish/judge-command.ts';
import type { RememberedCommand } from '#store/records.ts';
import { CommandDesk, type CommandHands } from '#station/command-desk.ts';
import { blankJob } from '#station/blank-job.ts';

const AT = '2026-11-22T15:00:00.000Z';

function desk(state: JobState | null, hands: Partial<CommandHands> = {}) {
  const job: Job | null =
    state === null
      ? null
      : { ...blankJob({ source: 'hide.png', order: 'o', machine: 'm', createdAt: AT }), id: 'j1', seq: 1, state };
  const done: string[] = [];
  const errors: unknown[] = [];
  const kept = new Map<string, RememberedCommand>();
  const does =
    (what: string) =>
    (...names: readonly (string | number | null)[]) => {
      done.push([what, ...names].join(' '));
      return Promise.resolve();
    };
  const options = {
    memory: {
      rememberCommand(command: RememberedCommand) {
        const known = kept.get(command.id) ?? null;
        if (!known) kept.set(command.id, command);
        return Promise.resolve(known);
      },
      answerCommand(id: string, code: number) {
        kept.set(id, { ...kept.get(id)!, code });
        return Promise.resolve();
      },
    },
    hands: {
      job: () => job,
      sync: does('sync'),
      startJob: does('scan'),
      loadOrder: does('load'),
      request: does('request'),
      giveUp: does('give up'),
      acknowledgeAlarm: does('acknowledge'),
      ...hands,
    },
    now: () => AT,
    onError: (cause: unknown) => errors.push(cause),
  };
  return { desk: new CommandDesk(options), options, done, errors, kept };
}

const refuses = (code: string) => () => Promise.reject(new KerfError(code, 'no', { fault: 'answer' }));

describe('a command', () => {
  test('of each verb does its one thing', async () => {
    const acts: readonly [Command, JobState | null, string][] = [
      [{ verb: 'sync' }, null, 'sync'],
      [{ verb: 'scan' }, null, 'scan '],
      [{ verb: 'scan', thicknessUm: 1350 }, null, 'scan 1.35'],
      [{ verb: 'load', order: 'sofa-12' }, null, 'load sofa-12'],
      [{ verb: 'pause' }, 'cutting', 'request j1 pause'],
      [{ verb: 'resume' }, 'paused', 'request j1 resume'],
      [{ verb: 'cancel', job: 'j1' }, 'nested', 'give up j1'],
      [{ verb: 'cancel', job: 'j1' }, 'cutting', 'request j1 cancel'],
      [{ verb: 'ackAlarm', alarm: 'a7' }, null, 'acknowledge a7'],
    ];
    for (const [command, state, act] of acts) {
      const { desk: at, done } = desk(state);
      expect(await at.answer('c1', command), act).toBe(0);
      expect(done).toEqual([act]);
    }
  });

  test('in the wrong state, or about another job, changes nothing and is answered with 10', async () => {
    const states: readonly JobState[] = ['inspected', 'nested', 'approved', 'released', 'done', 'cancelled'];
    for (const state of states)
      for (const verb of ['pause', 'resume'] as const) {
        const { desk: at, done } = desk(state);
        expect(await at.answer('c1', { verb }), `${verb} ${state}`).toBe(10);
        expect(done).toEqual([]);
      }
    expect(await desk('cutting').desk.answer('c1', { verb: 'cancel', job: 'j2' })).toBe(10);
    expect(await desk(null).desk.answer('c1', { verb: 'cancel', job: 'j1' })).toBe(10);
    expect(await desk(null).desk.answer('c1', { verb: 'pause' })).toBe(10);
  });

  test('that the station refuses is answered with its code', async () => {
    const answer = (hands: Partial<CommandHands>, command: Command) => desk(null, hands).desk.answer('c1', command);
    expect(await answer({ startJob: refuses('STATION_BUSY') }, { verb: 'scan' })).toBe(1);
    expect(await answer({ loadOrder: refuses('STATION_ORDER_MISSING') }, { verb: 'load', order: 'x' })).toBe(2);
    expect(await answer({ loadOrder: refuses('STATION_ORDER_REFUSED') }, { verb: 'load', order: 'x' })).toBe(11);
    expect(await answer({ acknowledgeAlarm: refuses('STATION_ALARM_UNKNOWN') }, { verb: 'ackAlarm', alarm: 'a' })).toBe(
      10,
    );
  });

  test('acts once however often its id comes, and gets the same answer', async () => {
    const { desk: at, done } = desk('cutting');
    const answers = await Promise.all([1, 2, 3].map(() => at.answer('c1', { verb: 'pause' })));
    expect(answers).toEqual([0, 0, 0]);
    expect(done).toEqual(['request j1 pause']);
    expect(await at.answer('c1', { verb: 'resume' })).toBe(8);
    const refused = desk(null, { startJob: refuses('STATION_BUSY') });
    expect(await refused.desk.answer('c1', { verb: 'scan' })).toBe(1);
    expect(await refused.desk.answer('c1', { verb: 'scan' })).toBe(1);
  });

  test('during which the power went off is not acted on again: nobody knows whether it did', async () => {
    const { options, kept, done } = desk('cutting');
    kept.set('c1', { id: 'c1', verb: 'pause', code: 7, at: AT });
    expect(await new CommandDesk(options).answer('c1', { verb: 'pause' })).toBe(7);
    expect(done).toEqual([]);
  });

  test('that cannot be written down does not act', async () => {
    const { options, done, errors } = desk('cutting');
    const memory = { ...options.memory, rememberCommand: () => Promise.reject(new Error('disk full')) };
    expect(await new CommandDesk({ ...options, memory }).answer('c1', { verb: 'pause' })).toBe(1);
    expect(done).toEqual([]);
    expect(errors).toHaveLength(1);
  });
});
