import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PressGuard, SETTLE_MS } from '../../src/ui/state/press-guard.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a button', () => {
  it('can be pressed once it has stood there for a moment', () => {
    const guard = new PressGuard();
    const told = vi.fn<() => void>();
    guard.subscribe(told);
    expect(guard.isSettled('cut')).toBe(false);
    guard.show('cut');
    vi.advanceTimersByTime(SETTLE_MS - 1);
    expect([guard.isSettled('cut'), told.mock.calls.length]).toEqual([false, 0]);
    vi.advanceTimersByTime(1);
    expect([guard.isSettled('cut'), told.mock.calls.length]).toEqual([true, 1]);
  });

  it('that does something else waits, on the same pixels or not', () => {
    const guard = new PressGuard();
    const review = guard.show('review');
    vi.advanceTimersByTime(SETTLE_MS);
    review();
    guard.show('cut');
    expect([guard.isSettled('review'), guard.isSettled('cut')]).toEqual([true, false]);
  });

  it('that takes the place of one that does the same need not wait again', async () => {
    const guard = new PressGuard();
    const onCutRail = guard.show('ask pause');
    vi.advanceTimersByTime(SETTLE_MS);
    onCutRail();
    const onAlarmRail = guard.show('ask pause');
    await Promise.resolve();
    expect(guard.isSettled('ask pause')).toBe(true);
    // Gone for as long as a breath, it is a new one.
    onAlarmRail();
    await Promise.resolve();
    guard.show('ask pause');
    expect(guard.isSettled('ask pause')).toBe(false);
  });

  it('that a dialog has covered waits again', () => {
    const guard = new PressGuard();
    guard.show('scan');
    vi.advanceTimersByTime(SETTLE_MS);
    guard.uncover();
    vi.advanceTimersByTime(SETTLE_MS - 1);
    expect(guard.isSettled('scan')).toBe(false);
    vi.advanceTimersByTime(1);
    expect(guard.isSettled('scan')).toBe(true);
  });
});
