import { appendFile, mkdir, open, readFile, rmdir, stat, truncate, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { BrokerJournal } from '#publish/broker-journal.node.ts';
import { BrokerSessions, journalEntry, type JournalEntry } from '#publish/broker-sessions.ts';
import { temporaryDir } from '../station/small-station.ts';

const DAY_MS = 24 * 3600_000;
const message = { topic: 'alarm', qos: 1, payload: Buffer.from('{}').toString('base64') };
const session = (client: string): JournalEntry[] => [
  { o: 'sub', client, subs: [{ topic: 'alarm', qos: 1 }] },
  { o: 'seen', client, isHere: false, atMs: 0 },
];

async function openAt(path: string, nowMs = 0) {
  const errors: unknown[] = [];
  const journal = await BrokerJournal.open({ path, nowMs: () => nowMs, onError: (cause) => errors.push(cause) });
  return { journal, errors, queueOf: (id: string) => [...(journal.state.sessions.get(id)?.queue.keys() ?? [])] };
}

test('what was appended is there after a start, up to a torn line; what was answered is not', async () => {
  await using dir = await temporaryDir();
  const path = join(dir.path, 'broker.journal');
  const first = await openAt(path);
  for (const entry of [...session('a'), ...session('b')]) await first.journal.append(entry);
  await first.journal.append({ o: 'out', clients: ['a', 'b'], key: 'x 1', message });
  await first.journal.append({ o: 'out', clients: ['a', 'b'], key: 'x 2', message });
  await first.journal.append({ o: 'ack', client: 'a', key: 'x 1' });
  await first.journal.append({ o: 'in', n: 7, message });
  await first.journal.close();
  await appendFile(path, '{"o":"out","clients":["a"],"key":"x 3","mess');

  const second = await openAt(path);
  expect([second.queueOf('a'), second.queueOf('b')]).toEqual([['x 2'], ['x 1', 'x 2']]);
  expect([...second.journal.state.taken]).toEqual([[7, message]]);
  await second.journal.append({ o: 'handed', n: 7 });
  await second.journal.append({ o: 'clean', client: 'b' });
  await second.journal.close();

  const third = await openAt(path, DAY_MS);
  expect([...third.journal.state.sessions.keys()]).toEqual(['a']);
  expect(third.journal.state.taken.size).toBe(0);
  await third.journal.close();
  // A day is over: who never came back is owed nothing any more, and takes no room.
  const fourth = await openAt(path, DAY_MS + 1);
  expect(fourth.journal.state.sessions.size).toBe(0);
  await fourth.journal.close();
  expect((await stat(path)).size).toBe(0);
  expect([first, second, third, fourth].flatMap((opened) => opened.errors)).toEqual([]);
});

test('who was here when the broker died is seen then, however long ago he came', async () => {
  await using dir = await temporaryDir();
  const path = join(dir.path, 'broker.journal');
  const { journal } = await openAt(path);
  await journal.append(session('a')[0]!);
  await journal.append({ o: 'seen', client: 'a', isHere: true, atMs: 0 });
  await journal.close();
  const later = await openAt(path, 9 * DAY_MS);
  expect([...later.journal.state.sessions.keys()]).toEqual(['a']);
  await later.journal.close();
});

test('a disk that refuses in the middle of a line costs nothing of what comes once it takes again', async () => {
  await using dir = await temporaryDir();
  const path = join(dir.path, 'broker.journal');
  const { journal, errors } = await openAt(path);
  for (const entry of session('a')) await journal.append(entry);
  await using any = await open(path);
  const full = vi.spyOn(Object.getPrototypeOf(any) as FileHandle, 'appendFile').mockImplementationOnce(async () => {
    await appendFile(path, '{"o":"out","clients":["a"],"ke');
    throw Object.assign(new Error('full'), { code: 'ENOSPC' });
  });
  await journal.append({ o: 'out', clients: ['a'], key: 'x 1', message });
  full.mockRestore();
  await journal.append({ o: 'out', clients: ['a'], key: 'x 2', message });
  await journal.close();
  expect(errors).toMatchObject([{ code: 'ENOSPC' }]);
  const again = await openAt(path);
  expect(again.queueOf('a')).toEqual(['x 1', 'x 2']);
  await again.journal.close();
});

test('where it could not be opened it begins once the disk takes something', async () => {
  await using dir = await temporaryDir();
  const path = join(dir.path, 'broker.journal');
  await mkdir(`${path}.part`);
  const { journal, errors } = await openAt(path);
  expect(errors).toHaveLength(1);
  for (const entry of session('a')) await journal.append(entry);
  await rmdir(`${path}.part`);
  await journal.append({ o: 'out', clients: ['a'], key: 'x 1', message });
  await journal.close();
  const again = await openAt(path);
  expect(again.queueOf('a')).toEqual(['x 1']);
  await again.journal.close();
});

test('it is written anew when it has grown, and holds what it held', async () => {
  await using dir = await temporaryDir();
  const path = join(dir.path, 'broker.journal');
  const { journal, errors } = await openAt(path);
  for (const entry of session('a')) await journal.append(entry);
  const long = { ...message, payload: 'A'.repeat(64 * 1024) };
  for (let n = 0; n < 200; n += 1) {
    void journal.append({ o: 'out', clients: ['a'], key: `x ${n}`, message: long });
    await journal.append({ o: 'ack', client: 'a', key: `x ${n - 1}` });
  }
  await journal.close();
  expect((await stat(path)).size).toBeLessThan(6 * 1024 * 1024);
  const again = await openAt(path);
  expect(again.queueOf('a')).toEqual(['x 199']);
  await again.journal.close();
  expect(errors).toEqual([]);
});

test('cut off anywhere it opens with what stood before the cut', async () => {
  await using dir = await temporaryDir();
  const path = join(dir.path, 'broker.journal');
  const { journal } = await openAt(path);
  for (const entry of session('a')) await journal.append(entry);
  for (let n = 0; n < 20; n += 1) await journal.append({ o: 'out', clients: ['a'], key: `x ${n}`, message });
  await journal.close();
  const whole = await readFile(path, 'utf8');
  for (const length of [0, 1, 50, 400, 700, whole.length - 1]) {
    const lines = whole.slice(0, length).split('\n').slice(0, -1);
    await truncate(path, length).catch(() => undefined);
    const opened = await openAt(path);
    expect(opened.queueOf('a').length, String(length)).toBeGreaterThanOrEqual(Math.max(0, lines.length - 2));
    await opened.journal.close();
    await appendFile(path, '');
    await truncate(path, 0);
    await appendFile(path, whole);
  }
});

test('its entries make the same sessions again, whatever happened', () => {
  const client = fc.constantFrom('a', 'b', '__proto__');
  const key = fc.integer({ min: 0, max: 5 }).map((n) => `x ${n}`);
  const n = fc.integer({ min: 1, max: 5 });
  const entry: fc.Arbitrary<JournalEntry> = fc.oneof(
    client.map((id): JournalEntry => ({ o: 'sub', client: id, subs: [{ topic: 'alarm', qos: 1 }] })),
    client.map((id): JournalEntry => ({ o: 'unsub', client: id, topics: ['alarm'] })),
    client.map((id): JournalEntry => ({ o: 'clean', client: id })),
    fc.tuple(client, key).map(([id, k]): JournalEntry => ({ o: 'out', clients: [id], key: k, message })),
    fc.tuple(client, key).map(([id, k]): JournalEntry => ({ o: 'ack', client: id, key: k })),
    n.map((k): JournalEntry => ({ o: 'in', n: k, message })),
    n.map((k): JournalEntry => ({ o: 'handed', n: k })),
  );
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 40 }), fc.nat(), (entries, from) => {
      const whole = new BrokerSessions();
      const real: JournalEntry[] = [];
      for (const one of entries) {
        // The broker writes of no session that is not there.
        if (one.o === 'out' && !one.clients.every((id) => whole.sessions.has(id))) continue;
        whole.apply(one);
        real.push(one);
      }
      const again = new BrokerSessions();
      for (const one of whole.entries()) again.apply(journalEntry.parse(JSON.parse(JSON.stringify(one))));
      // A rewrite may be followed by lines that it holds already.
      for (const one of real.slice(real.length - (from % (real.length + 1)))) again.apply(one);
      expect([...again.entries()].sort(byText)).toEqual([...whole.entries()].sort(byText));
    }),
    { numRuns: 300 },
  );
});

function byText(a: JournalEntry, b: JournalEntry): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
