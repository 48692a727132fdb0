import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KerfError } from '../../src/domain/kerf-error.ts';
import { askThen } from '../../src/ui/link/ask-then.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A question whose answer comes, or fails to come, after so long. */
function asked(answerMs: number, { everyMs, code }: { readonly everyMs?: number; readonly code?: string } = {}) {
  const seen: string[] = [];
  const stop = askThen({
    ask: () =>
      new Promise<string>((done, fail) =>
        setTimeout(() => (code === undefined ? done('answer') : fail(new KerfError(code, 'no'))), answerMs),
      ),
    onAnswer: (value) => seen.push(value),
    onRefused: (error) => seen.push(error.code),
    again: () => seen.push('again'),
    everyMs,
  });
  return { seen, stop };
}

describe('a question that is asked every so often', () => {
  it('takes an answer that is slower than its period, and asks again a period after it', async () => {
    const { seen } = asked(1300, { everyMs: 500 });
    await vi.advanceTimersByTimeAsync(1299);
    expect(seen).toEqual([]);
    await vi.advanceTimersByTimeAsync(1 + 499);
    expect(seen).toEqual(['answer']);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen).toEqual(['answer', 'again']);
  });

  it('is asked again after a refusal, which is told', async () => {
    const { seen } = asked(100, { everyMs: 500, code: 'STATION_CAMERA_BUSY' });
    await vi.advanceTimersByTimeAsync(600);
    expect(seen).toEqual(['STATION_CAMERA_BUSY', 'again']);
  });
});

describe('a question that is asked once', () => {
  it('is asked once where the station answers, be it by a no', async () => {
    const said = asked(100);
    const refused = asked(100, { code: 'STATION_ROLE_TOO_LOW' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect([said.seen, refused.seen]).toEqual([['answer'], ['STATION_ROLE_TOO_LOW']]);
  });

  it('is asked again quietly while the station is away', async () => {
    const { seen } = asked(100, { code: 'UI_STATION_UNREACHABLE' });
    await vi.advanceTimersByTimeAsync(2100);
    expect(seen).toEqual(['again']);
  });

  it('is nobody’s once it is not wanted: neither its answer nor another round comes', async () => {
    const early = asked(100, { everyMs: 500 });
    early.stop();
    const late = asked(100, { everyMs: 500 });
    await vi.advanceTimersByTimeAsync(200);
    late.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([early.seen, late.seen]).toEqual([[], ['answer']]);
  });
});
