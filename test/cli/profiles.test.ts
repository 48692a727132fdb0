import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SIMULATED_MACHINE } from '#domain/machine.ts';
import { SMALL_ORDER } from '../station/small-rooms.ts';
import { LAYOUT, ORDER, SHEET } from '../cut/cut-fixture.ts';
import { temporaryDir } from '../station/small-station.ts';
import { kerf } from './kerf.node.ts';

test('a machine that cannot be served is refused by its file when it is read: nothing is scanned or opened', async () => {
  await using dir = await temporaryDir();
  const [plotter, network] = [join(dir.path, 'hpgl.json'), join(dir.path, 'tcp.json')];
  await writeFile(plotter, JSON.stringify({ ...SIMULATED_MACHINE, id: 'plotter', format: 'hpgl' }));
  const send = { to: 'tcp', address: '127.0.0.1:9' };
  await writeFile(network, JSON.stringify({ ...SIMULATED_MACHINE, id: 'network', send }));
  await writeFile(join(dir.path, 'order.json'), JSON.stringify(SMALL_ORDER));
  const doors = ['--data', join(dir.path, 'data'), '--port', '0', '--mqtt-port', '0'];
  const hide = join(import.meta.dirname, '../../docs/page.png');
  for (const [file, code] of [
    [plotter, 'CUT_FORMAT_UNKNOWN'],
    [network, 'CUT_SEND_NOT_SUPPORTED'],
  ] as const) {
    const refused = [2, expect.stringMatching(new RegExp(`${file}: machine\\..*\\[${code}\\]`)) as string];
    const station = await kerf(['station', '--machine', file, ...doors], { signal: AbortSignal.timeout(20_000) });
    expect([station.code, station.stderr]).toEqual(refused);
    const job = ['run', hide, '--order', join(dir.path, 'order.json'), '--machine', file];
    const ran = await kerf([...job, '--out', join(dir.path, 'job')]);
    expect([ran.code, ran.stderr]).toEqual(refused);
    expect(ran.stderr).not.toContain('scanned');
  }
  // Settings are written with their defaults when they are first read; no store, no key.
  expect(await readdir(join(dir.path, 'data'))).toEqual(['settings.json']);
  expect(await readdir(dir.path)).not.toContain('job');
});

test('a cut file is refused for its format before it is planned, and for a path with file and piece', async () => {
  await using dir = await temporaryDir();
  const write = async (name: string, document: object) => {
    await writeFile(join(dir.path, name), JSON.stringify(document));
    return join(dir.path, name);
  };
  const result = await write('layout.json', {
    ...{ kerf: 1, layouts: [LAYOUT], unplaced: [], stopped: 'complete', seconds: 1, seed: 1, threads: 1, trace: [] },
    objective: { kind: 'sheets', value: 1, bound: 1 },
  });
  const pieces = ORDER.pieces.map((piece) => (piece.id === 'flap' ? { ...piece, path: 'M0 0 L10 0 Z M0 0' } : piece));
  const problem = await write('bad-path.json', { ...ORDER, pieces, sheets: [SHEET] });
  const cut = ['cut', result, '--problem', problem, '--out', join(dir.path, 'cut.dxf')];
  const path = await kerf([...cut, '--machine', 'simulated']);
  expect([path.code, path.stderr]).toEqual([
    2,
    expect.stringContaining(`${problem}: problem.pieces[1].path: found `) as string,
  ]);
  const plotter = await write('hpgl.json', { ...SIMULATED_MACHINE, format: 'hpgl' });
  const format = await kerf([...cut, '--machine', plotter]);
  expect([format.code, format.stderr]).toEqual([2, expect.stringContaining(`${plotter}: machine.format:`) as string]);
  // What takes a file away by hand goes by no network.
  const network = await write('tcp.json', { ...SIMULATED_MACHINE, send: { to: 'tcp', address: '127.0.0.1:9' } });
  const whole = await write('problem.json', { ...ORDER, sheets: [SHEET] });
  const done = await kerf([
    'cut',
    result,
    '--problem',
    whole,
    '--out',
    join(dir.path, 'cut.dxf'),
    '--machine',
    network,
  ]);
  expect(done.code, done.stderr).toBe(0);
});
