import { afterEach, describe, expect, it, vi } from 'vitest';
import { anewWithVersion, loadAnew } from '../../src/ui/link/load-anew.ts';

afterEach(() => vi.unstubAllGlobals());

describe('the page', () => {
  it('is loaded anew only where the station gives it: a browser’s own error page has no way back', async () => {
    const reload = vi.fn<() => void>();
    vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('fetch failed')));
    expect(await loadAnew(reload)).toBe(false);
    vi.stubGlobal('fetch', async () => new Response('', { status: 503 }));
    expect(await loadAnew(reload)).toBe(false);
    expect(reload).not.toHaveBeenCalled();
    vi.stubGlobal('fetch', async () => new Response('<html>', { status: 200 }));
    expect(await loadAnew(reload)).toBe(true);
    expect(reload).toHaveBeenCalledOnce();
  });

  it('is loaded anew when the station is of another version than at first, once, as soon as it can be', async () => {
    const answers = [false, true];
    const load = vi.fn<() => Promise<boolean>>(async () => answers.shift() ?? true);
    const onVersion = anewWithVersion(load);
    for (const version of ['1.0.0', '1.0.0', '1.0.0']) onVersion(version);
    expect(load).not.toHaveBeenCalled();
    onVersion('1.1.0');
    onVersion('1.1.0');
    expect(load).toHaveBeenCalledTimes(1);
    await vi.waitFor(() => {
      onVersion('1.1.0');
      expect(load).toHaveBeenCalledTimes(2);
    });
    await Promise.resolve();
    onVersion('1.1.0');
    expect(load).toHaveBeenCalledTimes(2);
  });
});
