import { describe, expect, test } from 'vitest';
import { Windows } from '#station/windows.node.ts';
import { ManualTimers } from '../publish/manual-timers.ts';
import { statusOf } from '../ui/page-fixtures.ts';

function watched() {
  const timers = new ManualTimers();
  const windows = new Windows(timers, () => statusOf('READY'));
  const heard: number[] = [];
  const subscribe = () =>
    windows.subscribe((message) => {
      if ('event' in message && message.event.kind === 'status') heard.push(timers.nowMs);
    });
  return { timers, windows, heard, subscribe };
}

describe('windows', () => {
  test('hear every two seconds how the station is, though nothing changes: by silence they know that it is gone', async () => {
    const { timers, heard, subscribe } = watched();
    const stop = subscribe();
    await timers.pass(6100);
    expect(heard).toEqual([2000, 4000, 6000]);
    stop();
    await timers.pass(10_000);
    expect(heard).toHaveLength(3);
    subscribe();
    await timers.pass(2000);
    expect(heard).toHaveLength(4);
  });

  test('hear of a change within a tenth of a second', async () => {
    const { timers, windows, heard, subscribe } = watched();
    subscribe();
    windows.changed();
    windows.changed();
    await timers.pass(100);
    expect(heard).toEqual([100]);
  });

  test('hear no more once the station is closed', async () => {
    const { timers, windows, heard, subscribe } = watched();
    subscribe();
    windows.close();
    subscribe();
    await timers.pass(10_000);
    expect(heard).toEqual([]);
  });
});
