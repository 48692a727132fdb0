import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { modelCardSchema, type ModelCard } from '../../src/domain/model-card.ts';
import { loadPack } from '../../src/inspect/load-pack.node.ts';

const models = resolve(import.meta.dirname, '../../models');

/** Licences under which start weights may go out with Kerf. */
const FREE = new Set(['Apache-2.0', 'MIT', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0']);

/** What keeps a pack out of models/, all of which ships (electron/builder.json): docs/contracts.md, "Refused". */
function whatMayNotShip({ data, startedFrom }: Pick<ModelCard, 'data' | 'startedFrom'>): string[] {
  return [
    ...data.filter((d) => !d.ships).map((d) => `data ${d.name}`),
    ...startedFrom.filter((w) => !FREE.has(w.licence)).map((w) => `start weights ${w.name} (${w.licence})`),
  ];
}

describe('packs under models/', () => {
  test.each(readdirSync(models))('%s is whole, and holds nothing that may not ship', async (name) => {
    const { card } = await loadPack(join(models, name));
    expect(whatMayNotShip(card)).toEqual([]);
  });

  test('a pack taught on the pictures of a user, or begun from such a one, may not be among them', async () => {
    const { card } = await loadPack(join(models, 'leather-base'));
    const sha256 = '0'.repeat(64);
    const users = modelCardSchema.parse({
      ...card,
      data: [...card.data, { ...card.data[0]!, name: 'labelled', ships: false }],
      startedFrom: [{ name: 'suede', licence: 'not stated', sha256 }],
    });
    expect(whatMayNotShip(users)).toEqual(['data labelled', 'start weights suede (not stated)']);
  });
});
