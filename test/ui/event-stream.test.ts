import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventStream } from '../../src/ui/link/event-stream.ts';
import { statusOf } from './page-fixtures.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

class FakeSocket extends EventTarget {
  isClosed = false;
  close(): void {
    this.isClosed = true;
  }
  hear(event: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(event) }));
  }
}

function stream() {
  const sockets: FakeSocket[] = [];
  const seen: string[] = [];
  const made = new EventStream({
    origin: 'http://station',
    onEvent: (event) => seen.push(event.kind),
    onLink: (link) => seen.push(link),
    onVersion: (version) => seen.push(version),
    onNotUnderstood: () => seen.push('not understood'),
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
  });
  const open = () => sockets.at(-1)!.dispatchEvent(new Event('open'));
  return { made, sockets, seen, open };
}
const status = { kind: 'status', status: statusOf('READY') };

describe('the stream of events', () => {
  it('takes a station that says nothing for 6 s for lost, though its socket stays open, and tries another', () => {
    const { made, sockets, seen, open } = stream();
    open();
    sockets[0]!.hear(status);
    vi.advanceTimersByTime(5900);
    expect(seen).toEqual(['open', '0.1.0', 'status']);
    vi.advanceTimersByTime(200);
    expect(seen.at(-1)).toBe('lost');
    expect(sockets[0]!.isClosed).toBe(true);
    vi.advanceTimersByTime(300);
    expect(sockets).toHaveLength(2);
    // What the old one still says, and its own end, are over.
    const before = seen.length;
    sockets[0]!.hear(status);
    sockets[0]!.dispatchEvent(new Event('close'));
    expect(seen).toHaveLength(before);
    open();
    sockets[1]!.hear(status);
    expect(seen.slice(before)).toEqual(['open', '0.1.0', 'status']);
    made.close();
  });

  it('is not lost while the station says every 2 s how it is', () => {
    const { made, sockets, seen, open } = stream();
    open();
    for (let i = 0; i < 20; i += 1) {
      vi.advanceTimersByTime(2000);
      sockets[0]!.hear(status);
    }
    expect(seen).not.toContain('lost');
    expect(sockets).toHaveLength(1);
    made.close();
  });

  it('gives up a socket that never opens: a station that hangs takes connections and says nothing', () => {
    const { made, sockets, seen } = stream();
    vi.advanceTimersByTime(6000 + 300);
    expect(seen).toEqual(['lost']);
    expect(sockets).toHaveLength(2);
    made.close();
  });

  it('tells the version of a status that it does not understand', () => {
    const { made, sockets, seen, open } = stream();
    open();
    sockets[0]!.hear({ kind: 'status', status: { version: '0.2.0', state: 'DREAMING' } });
    expect(seen).toEqual(['open', '0.2.0', 'not understood']);
    made.close();
  });

  it('ends with its page', () => {
    const { made, sockets, seen, open } = stream();
    open();
    made.close();
    vi.advanceTimersByTime(60_000);
    expect([seen, sockets.length, sockets[0]!.isClosed]).toEqual([['open'], 1, true]);
  });
});
