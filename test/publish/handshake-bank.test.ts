import { describe, expect, test } from 'vitest';
import { jobNumberOf, REGISTERS } from '#publish/bank-registers.ts';
import { HandshakeBank } from '#publish/handshake-bank.ts';
import { OPCUA_VARIABLES } from '#publish/opcua-variables.ts';

const [DONE, CANCELLED] = [6, 8];

function openBank() {
  const said: { topic: string; message: object }[] = [];
  const bank = new HandshakeBank({
    timers: { after: () => () => undefined },
    say: (topic, message) => void said.push({ topic, message }),
    isConnected: () => true,
  });
  const hear = (topic: string, message: object, isRetained = false) =>
    bank.hear(topic, new TextEncoder().encode(JSON.stringify(message)), isRetained);
  return {
    bank,
    said,
    hear,
    state: (s: string, job: string, seq: number) => hear('state', { s, job, seq, n: 1, t: '2026-11-22T16:00:00Z' }),
    /** All five at once, of the job shown. */
    answer: (result: number, cutCount: number) =>
      bank.write(REGISTERS.ackJobNumber, [
        ...[bank.registers[REGISTERS.jobNumber] ?? 0, bank.registers[REGISTERS.seqLow] ?? 0, 0, cutCount, result],
      ]),
    opcua: (name: string) => OPCUA_VARIABLES.find((one) => one.name === name)?.read(bank),
  };
}

describe('a job that was closed', () => {
  test('can still be read as closed when the next one is shown before the PLC has looked', () => {
    const { bank, hear, state, answer, opcua } = openBank();
    const last = () => bank.registers.slice(REGISTERS.lastJobNumber);
    state('RELEASED', 'j1', 70_001);
    hear('job/released', { id: 'j1', seq: 70_001, pieceCount: 5 });
    answer(DONE, 5);
    expect(last()).toEqual([0, 0, 0]);
    expect([opcua('LastJobNumber'), opcua('LastSeq'), opcua('LastResult')]).toEqual([0, 0, 0]);
    hear('job/closed', { id: 'j1', seq: 70_001, result: 'done' });
    expect(bank.registers[REGISTERS.closed]).toBe(1);
    state('SCANNING', 'j2', 70_002);
    expect(bank.registers[REGISTERS.closed]).toBe(0);
    expect(last()).toEqual([jobNumberOf('j1'), 70_001 & 0xffff, DONE]);
    expect([opcua('LastJobNumber'), opcua('LastSeq'), opcua('LastResult')]).toEqual([jobNumberOf('j1'), 70_001, DONE]);
  });

  test('is named so where the station closes it after it has shown the next one', () => {
    const { bank, hear, state } = openBank();
    state('SCANNING', 'j2', 2);
    hear('job/closed', { id: 'j1', seq: 1, result: 'cancelled' });
    expect(bank.registers[REGISTERS.closed]).toBe(0);
    expect(bank.registers.slice(REGISTERS.lastJobNumber)).toEqual([jobNumberOf('j1'), 1, CANCELLED]);
    // Of the past, or no word of a station: not acted on.
    hear('job/closed', { id: 'j0', seq: 1, result: 'done' }, true);
    hear('job/closed', { id: 'j0', seq: 1, result: 'ended' });
    hear('job/closed', { id: 'j2', seq: 1, result: 'done' });
    expect(bank.registers[REGISTERS.closed]).toBe(0);
  });

  test('is not written to by the PLC', () => {
    const { bank } = openBank();
    for (const [address, values] of [
      [REGISTERS.lastJobNumber, [1]],
      [REGISTERS.ackResult, [0, 7]],
      [REGISTERS.pieceCount, [1, 1]],
    ] as const)
      expect(bank.write(address, values)).toBe('notYours');
    expect(bank.registers.slice(REGISTERS.lastJobNumber)).toEqual([0, 0, 0]);
  });
});
