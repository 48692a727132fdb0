import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibrationSchema, tableMarkersSchema } from '#domain/calibration.ts';
import { modelCardSchema } from '#domain/model-card.ts';
import { orderMappingSchema } from '#domain/order-mapping.ts';
import { parseDocument } from '#domain/parse-document.ts';
import { remnantSchema } from '#domain/remnant.ts';
import { resultsMappingSchema } from '#domain/results-mapping.ts';
import { mapResults } from '#ledger/map-results.ts';
import { readSheetRecord } from '#ledger/read-sheet-record.ts';
import { readProblem } from '#nest/read-problem.ts';
import { columnsOf } from '#orders/columns-of.ts';
import { orderByMapping } from '#orders/order-by-mapping.node.ts';
import { dayLines } from '#publish/recorded-day.node.ts';
import { signedReleaseSchema } from '#station/release-record.ts';
import { cocoSchema, paintCoco } from '#tune/coco.ts';
import { namesOfYaml, parseLabels } from '#tune/read-yolo.node.ts';
import { drawnRecord } from '../ledger/drawn-record.ts';
import { grammar, mutated, type Named } from './broken-input.ts';
import { SOUND } from './sound-documents.ts';
import { CASES, soundness } from './soundness.ts';

/** What others' programs write and what lies in data folders: mappings, packs, label sets, recordings, records. */
const { isSound, isSoundSoon } = soundness();

const ROOT = join(import.meta.dirname, '../..');
const text = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const json = (path: string) => JSON.parse(text(path)) as unknown;
const MAPPINGS = ['sattler', 'tote', 'shoes'].map((name) => json(`test/fixtures/order-mappings/${name}.map.json`));
const RESULTS = ['erp-semicolon', 'mes-pieces', 'cloud-list'].map((name) => json(`test/fixtures/results/${name}.json`));
const HASH = SOUND.scan.sha256;
const AT = SOUND.scan.takenAt;
const record = drawnRecord(1);

const CALIBRATION = {
  ...{ kerf: 1, id: 'c', source: 'camera', widthPx: 500, heightPx: 400, matrix: [900, 0, 250, 0, 900, 200, 0, 0, 1] },
  ...{ distortion: [0.1, 0, 0, 0, 0], pose: null, toMm: SOUND.scan.toMm, planeHeight: 0 },
  board: { dictionary: 'DICT_4X4_50', columns: 5, rows: 4, square: 30, marker: 22 },
  tableMarkers: [0, 1, 2, 3].map((id) => ({ id, x: 100 * id, y: 50 * id, size: 40 })),
  ...{ residual: { rms: 0.1, p95: 0.2, max: 0.3 }, takenAt: AT },
};
const REMNANT = {
  ...{ kerf: 1, id: 'j1-r1', job: 'j1', hide: null, at: AT, state: 'free', endedBy: null, endedAt: null },
  ...{ areaMm2: 1000, usableMm2: { '4': 1000 }, sheet: SOUND.problem.sheets?.[0] },
};
const RELEASE = {
  kerf: 1,
  release: {
    ...{ kerf: 1, job: 'j1', seq: 1, order: 'bags', approvedBy: 'ann', approvedAt: AT, waivedCount: 0, waivedBy: null },
    files: {
      ...{ scan: HASH, inspection: HASH, order: HASH, problem: HASH, layout: HASH },
      cut: { name: 'cut.dxf', sha256: HASH },
    },
    ...{ pack: { id: 'p', sha256: HASH }, engine: { version: '1', solverSha256: null } },
    options: { nest: { seconds: 1, threads: 1, seed: 1 }, spacing: 0, margin: 0, machine: { id: 'm', sha256: HASH } },
    audit: { n: 1, hash: HASH },
  },
  ...{ key: HASH, signature: 'c2lnbmVk' },
};
const COCO = {
  images: [{ id: 1, file_name: 'a.png', width: 50, height: 40 }],
  categories: [{ id: 3, name: 'hole' }],
  annotations: [
    { image_id: 1, category_id: 3, segmentation: [[1, 1, 20, 1, 20, 20]], bbox: [1, 1, 19, 19] },
    { image_id: 1, category_id: 3, segmentation: { size: [40, 50], counts: [10, 30, 5, 20] } },
    { image_id: 1, category_id: 3, segmentation: { size: [40, 50], counts: '2f1n0' } },
    { image_id: 1, category_id: 3, bbox: [3, 3, 5, 5] },
  ],
};
const HIDES = {
  items: [{ id: 0, demand: 2, shape: { type: 'simple_polygon', data: SOUND.jagua.items[0]!.shape.data } }],
  objects: [{ id: 0, stock: 1, shape: { type: 'simple_polygon', data: SOUND.jagua.items[0]!.shape.data } }],
};

function painted(document: unknown): void {
  const coco = parseDocument(cocoSchema, document, { name: 'coco', where: 'f', code: 'TUNE_LABELS_REFUSED' });
  for (const annotation of coco.annotations) paintCoco(new Uint8Array(50 * 40), 50, 40, annotation, 1);
}

const parsed = (schema: Parameters<typeof parseDocument>[0]) => (value: unknown) =>
  parseDocument(schema, value, { name: 'document', where: 'f' });
const DOCUMENTS: readonly Named[] = [
  { name: 'model card', good: json('models/leather-base/card.json'), read: parsed(modelCardSchema) },
  { name: 'calibration', good: CALIBRATION, read: parsed(calibrationSchema) },
  { name: "the table's markers", good: CALIBRATION, read: parsed(tableMarkersSchema) },
  { name: 'remnant', good: REMNANT, read: parsed(remnantSchema) },
  { name: 'signed release', good: RELEASE, read: parsed(signedReleaseSchema) },
  { name: "the ledger's record", good: record, read: (v) => readSheetRecord(JSON.stringify(v)) },
  { name: 'hides of OR-Datasets', good: HIDES, read: (v) => readProblem(v, 'f') },
  { name: 'labels of COCO', good: COCO, read: painted },
  ...RESULTS.map((good, k) => ({
    ...{ name: `mapping of results ${k + 1}`, good },
    read: (v: unknown) => mapResults([record], parseDocument(resultsMappingSchema, v, { name: 'mapping', where: 'f' })),
  })),
];
const TEXTS: readonly Named<string>[] = [
  {
    name: 'recorded day',
    good: text('docs/plc/day.jsonl').split('\n').slice(0, 6).join('\n'),
    read: (t) => dayLines(t, 'f'),
  },
  {
    name: 'columns of a CSV file',
    good: text('test/fixtures/order-mappings/sattler.csv'),
    read: (t) => columnsOf(t, 'f'),
  },
  {
    name: 'columns of a JSON file',
    good: text('test/fixtures/order-mappings/tote.json'),
    read: (t) => columnsOf(t, 'f'),
  },
  { name: 'labels of YOLO', good: '0 0.5 0.5 0.2 0.2\n1 0.1 0.1 0.2 0.1 0.2 0.2', read: (t) => parseLabels(t, 'f', 2) },
  { name: 'names of data.yaml', good: 'nc: 2\nnames:\n  0: hole\n  1: "cut"\n', read: (t) => namesOfYaml(t) },
];

describe('documents, broken', () => {
  test.each(DOCUMENTS.map((d) => [d.name, d] as const))('%s', (_name, { good, read }) => {
    expect(() => read(structuredClone(good))).not.toThrow();
    fc.assert(
      fc.property(mutated(good), (broken) => isSound(() => read(broken))),
      { numRuns: CASES / 2 },
    );
  });
});

describe('texts, broken', () => {
  test.each(TEXTS.map((d) => [d.name, d] as const))('%s', (_name, { good, read }) => {
    expect(() => read(good)).not.toThrow();
    fc.assert(
      fc.property(grammar(good), (broken) => isSound(() => read(broken))),
      { numRuns: CASES / 2 },
    );
  });
});

describe("another program's order lines, and the mapping that reads them, broken", () => {
  const LINES = ['sattler.csv', 'tote.json', 'shoes.txt'].map((name) => text(`test/fixtures/order-mappings/${name}`));
  const read = (lines: string, mapping: unknown) =>
    isSoundSoon(async () => {
      const sound = parseDocument(orderMappingSchema, mapping, { name: 'mapping', where: 'f' });
      return orderByMapping(lines, 'f', sound, {
        readFile: (name) => ({ name, text: name.endsWith('.svg') ? SOUND.svg : SOUND.dxf }),
      });
    });

  test.each([0, 1, 2])('layout %i', async (k) => {
    const [lines = '', mapping] = [LINES[k], MAPPINGS[k]];
    await fc.assert(
      fc.asyncProperty(grammar(lines), (broken) => read(broken, mapping)),
      { numRuns: CASES / 4 },
    );
    await fc.assert(
      fc.asyncProperty(mutated(mapping), (broken) => read(lines, broken)),
      { numRuns: CASES / 4 },
    );
  });
});

describe('what took long once', () => {
  test('run lengths of COCO that step back by a thousand million, and forward again', () => {
    const mask = new Uint8Array(50 * 40);
    const begun = performance.now();
    // 0, -2^29, 0, 2^31 - 1 - 2^29.
    const segmentation: { size: [number, number]; counts: string } = { size: [40, 50], counts: '0PPPPP@0oooooo1' };
    for (let k = 0; k < 20; k += 1) paintCoco(mask, 50, 40, { segmentation, bbox: undefined }, 1);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
