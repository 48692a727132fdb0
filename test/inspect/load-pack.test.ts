import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPack } from '../../src/inspect/load-pack.node.ts';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { netPackGraph, startNet } from '../../src/tune/defect-net.ts';
import { graphBuilder } from '../../src/tune/onnx-graph.ts';
import { smallPack } from './small-pack.ts';

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A pack whose card is right about the bytes, so that only the graph can be at fault. */
function packAround(model: Uint8Array): string {
  return smallPack({ model: () => model, card: (card) => ({ ...card, files: { 'model.onnx': sha(model) } }) });
}

describe('loading a pack', () => {
  test('gives card, bytes and hash', async () => {
    const pack = await loadPack(smallPack());
    expect(pack.card.id).toBe('small');
    expect(pack.card.markConfidence).toBeUndefined();
    expect(pack.sha256).toBe(pack.card.files['model.onnx']);
  });

  test.each([
    ['a folder that is not there', () => '/nowhere/at/all', 'INSPECT_PACK_MISSING'],
    [
      'a text file called model.onnx',
      () => packAround(new TextEncoder().encode('This is only text.\n'.repeat(9))),
      'INSPECT_PACK_NOT_ONNX',
    ],
    ['an empty model', () => packAround(new Uint8Array(0)), 'INSPECT_PACK_NOT_ONNX'],
    [
      'bytes that the card does not name',
      () => smallPack({ model: (m) => Uint8Array.from([...m, 0x3a, 0]) }),
      'INSPECT_PACK_',
    ],
    [
      'a hash that differs',
      () => smallPack({ card: (c) => ({ ...c, files: { 'model.onnx': '0'.repeat(64) } }) }),
      'INSPECT_PACK_HASH_DIFFERS',
    ],
    ['another version of Kerf', () => smallPack({ card: (c) => ({ ...c, kerf: 2 }) }), 'INSPECT_PACK_VERSION'],
    [
      'a version that is a path',
      () => smallPack({ card: (c) => ({ ...c, version: '1.1.0/beta' }) }),
      'INSPECT_PACK_CARD_REFUSED',
    ],
    [
      'a file outside of the pack',
      () => smallPack({ card: (c) => ({ ...c, files: { ...c.files, '../card.json': '0'.repeat(64) } }) }),
      'INSPECT_PACK_CARD_REFUSED',
    ],
    [
      'a card with an unknown key',
      () => smallPack({ card: (c) => ({ ...c, colour: 'red' }) }),
      'INSPECT_PACK_CARD_REFUSED',
    ],
    ...(
      [
        ['a tile of 100,000 pixels', { tilePx: 100_000 }],
        ['a rim that leaves nothing of a tile', { overlapPx: 128 }],
      ] as const
    ).map(([name, input]): [string, () => string, string] => [
      name,
      () => smallPack({ card: (c) => ({ ...c, input: { ...c.input, ...input } }) }),
      'INSPECT_PACK_CARD_REFUSED',
    ]),
    [
      'an input of another name',
      () => smallPack({ card: (c) => ({ ...c, input: { ...c.input, name: 'image' } }) }),
      'INSPECT_PACK_WRONG_INPUTS',
    ],
    ['an input with one channel', () => packAround(oneChannel()), 'INSPECT_PACK_WRONG_INPUTS'],
    [
      'an output that is not there',
      () => smallPack({ card: (c) => ({ ...c, output: { ...c.output, doubt: 'unsure' } }) }),
      'INSPECT_PACK_WRONG_OUTPUTS',
    ],
    [
      'more classes than scores',
      () => smallPack({ card: (c) => ({ ...c, classes: [...c.classes, { name: 'scar' }] }) }),
      'INSPECT_PACK_WRONG_OUTPUTS',
    ],
  ])('refuses %s', async (_, make, code) => {
    await expect(loadPack(make())).rejects.toMatchObject({
      code: expect.stringContaining(code) as unknown,
      fault: 'input',
    });
  });

  test.each(['1.0.0', '1.12.0', '2.0.0-beta.1+build_7'])('takes version %s', async (version) => {
    expect((await loadPack(smallPack({ card: (c) => ({ ...c, version }) }))).card.version).toBe(version);
  });

  test('takes classes of any name, as labels have them', async () => {
    const names = ['good', 'Löcher/Risse', '污渍 2'];
    const classes = names.map((name) => ({ name }));
    const { card } = await loadPack(smallPack({ card: (c) => ({ ...c, classes }) }));
    expect(card.classes.map(({ name }) => name)).toEqual(names);
  });

  test('takes a confidence of marks that rises, and refuses one that falls, or lacks a share', async () => {
    const told = (strength: readonly number[], real: readonly number[]) =>
      loadPack(smallPack({ card: (c) => ({ ...c, markConfidence: { strength, real, marks: 100, set: 'drawn' } }) }));
    expect((await told([0.5, 0.9], [0.2, 0.8])).card.markConfidence!.real).toEqual([0.2, 0.8]);
    const refused = { code: 'INSPECT_PACK_CARD_REFUSED', fault: 'input' };
    await expect(told([0.5, 0.9], [0.8, 0.2])).rejects.toMatchObject(refused);
    await expect(told([0.9, 0.5], [0.2, 0.8])).rejects.toMatchObject(refused);
    await expect(told([0.5, 0.9], [0.8])).rejects.toMatchObject(refused);
  });

  test('says that a file is no ONNX model even where no card lies beside it', async () => {
    const path = join(smallPack(), 'picture.onnx');
    writeFileSync(path, 'not a model');
    await expect(loadPack(path)).rejects.toMatchObject({ code: 'INSPECT_PACK_NOT_ONNX' });
  });
});

function oneChannel(): Uint8Array {
  const g = graphBuilder('one');
  const x = g.input('pixels', ['n', 1, 'h', 'w']);
  g.output('scores', x, ['n', 3, 'h', 'w']);
  g.output('doubt', x, ['n', 1, 'h', 'w']);
  return g.encode();
}

test('the graph of a pack is the same bytes every time', () => {
  const graph = () => netPackGraph(startNet([4, 6], 3, seededRandom(2)));
  expect(sha(graph())).toBe(sha(graph()));
});
