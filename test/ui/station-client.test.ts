import { afterEach, describe, expect, it, vi } from 'vitest';
import { callStation } from '../../src/ui/link/station-client.ts';
import { statusOf } from './page-fixtures.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Time limits that end when the test says so, and how long they were to be. */
function limits() {
  const made: { readonly ms: number; readonly end: () => void }[] = [];
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const own = new AbortController();
    made.push({ ms, end: () => own.abort(new DOMException('timed out', 'TimeoutError')) });
    return own.signal;
  });
  return made;
}
const until = (signal: AbortSignal) =>
  new Promise<never>((_, fail) => signal.addEventListener('abort', () => fail(signal.reason as Error)));
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => (error as { code?: string }).code,
  );

describe('a call to the station', () => {
  it('is given up where no answer comes', async () => {
    const made = limits();
    vi.stubGlobal('fetch', (_: string, { signal }: { signal: AbortSignal }) => until(signal));
    const call = codeOf(callStation('status'));
    made[0]!.end();
    expect(await call).toBe('UI_STATION_UNREACHABLE');
  });

  it('is given up where an answer begins and does not end', async () => {
    const made = limits();
    vi.stubGlobal('fetch', async (_: string, { signal }: { signal: AbortSignal }) => {
      const body = new ReadableStream({ start: (half) => void until(signal).catch((reason) => half.error(reason)) });
      return new Response(body, { status: 200 });
    });
    const call = codeOf(callStation('status'));
    await Promise.resolve();
    made[0]!.end();
    expect(await call).toBe('UI_STATION_UNREACHABLE');
  });

  it('may take as long as what it asks for', async () => {
    const made = limits();
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify(statusOf('READY')), { status: 200 }));
    await callStation('status');
    await codeOf(callStation('compareCut', { params: { id: 'job-1' }, body: { by: 'Ana', pieces: 'inPlace' } }));
    const [short, long] = made.map(({ ms }) => ms);
    expect(short).toBeLessThanOrEqual(30_000);
    expect(long).toBeGreaterThan(5 * 60_000);
  });

  it('is not understood where its answer is no JSON', async () => {
    vi.stubGlobal('fetch', async () => new Response('<html>', { status: 200 }));
    expect(await codeOf(callStation('status'))).toBe('UI_ANSWER_NOT_UNDERSTOOD');
  });
});
