import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SOUND } from './sound-documents.ts';
import { grammar, mutated, type Named } from './broken-input.ts';
import { CASES, soundness } from './soundness.ts';
import { gradingSchema } from '#domain/grading.ts';
import { inspectionSchema } from '#domain/inspection.ts';
import { jobSchema } from '#domain/job.ts';
import { machineSchema, SIMULATED_MACHINE } from '#domain/machine.ts';
import { nestResultSchema } from '#domain/nest-result.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { jobAckMessage, jobReleasedMessage, plcHeartbeatMessage } from '#domain/plc-messages.ts';
import { orderSchema, problemSchema } from '#domain/problem.ts';
import { scanSchema } from '#domain/scan.ts';
import { DEFAULT_SETTINGS, settingsSchema } from '#domain/settings.ts';
import { parsePath } from '#geometry/parse-path.ts';
import { readProblem } from '#nest/read-problem.ts';
import { validateLayout } from '#nest/validate-layout.ts';
import { drawnFromDxf } from '#orders/drawn-from-dxf.ts';
import { drawnFromJson } from '#orders/drawn-from-json.ts';
import { drawnFromSvg } from '#orders/drawn-from-svg.ts';
import { orderFromCsv } from '#orders/order-from-csv.ts';
import { orderFromJson } from '#orders/order-from-json.ts';
import { judgeCommand, VERBS } from '#publish/judge-command.ts';
import { readMessage } from '#publish/read-message.ts';

/** Every parser of ours, given what was broken on the way: it gives an answer, or a KerfError, and nothing else; and it
 *  leaves no trace on Object.prototype. */
const { isSound, isSoundSoon } = soundness();

const DOCUMENTS: readonly Named[] = [
  {
    name: 'settings',
    good: DEFAULT_SETTINGS,
    read: (v) => parseDocument(settingsSchema, v, { name: 'settings', where: 'f' }),
  },
  {
    name: 'machine',
    good: SIMULATED_MACHINE,
    read: (v) => parseDocument(machineSchema, v, { name: 'machine', where: 'f' }),
  },
  { name: 'order', good: SOUND.order, read: (v) => parseDocument(orderSchema, v, { name: 'order', where: 'f' }) },
  {
    name: 'problem',
    good: SOUND.problem,
    read: (v) => parseDocument(problemSchema, v, { name: 'problem', where: 'f' }),
  },
  { name: 'scan', good: SOUND.scan, read: (v) => parseDocument(scanSchema, v, { name: 'scan', where: 'f' }) },
  {
    name: 'inspection',
    good: SOUND.inspection,
    read: (v) => parseDocument(inspectionSchema, v, { name: 'i', where: 'f' }),
  },
  { name: 'grading', good: SOUND.grading, read: (v) => parseDocument(gradingSchema, v, { name: 'g', where: 'f' }) },
  { name: 'job', good: SOUND.job, read: (v) => parseDocument(jobSchema, v, { name: 'job', where: 'f' }) },
  { name: 'result', good: SOUND.result, read: (v) => parseDocument(nestResultSchema, v, { name: 'r', where: 'f' }) },
  { name: 'instance for the solver', good: SOUND.problem, read: (v) => readProblem(v, 'f') },
  { name: 'strip of jagua-rs', good: SOUND.jagua, read: (v) => readProblem(v, 'f') },
  { name: 'layout for the judge', good: SOUND.result, read: (v) => validateLayout(SOUND.problem, v) },
  { name: 'problem for the judge', good: SOUND.problem, read: (v) => validateLayout(v, SOUND.result) },
];

const TEXTS: readonly Named<string>[] = [
  { name: 'JSON text', good: JSON.stringify(SOUND.order), read: (t) => parseJson(t, 'f') },
  { name: 'JSON order', good: JSON.stringify(SOUND.order), read: (t) => orderFromJson(t, 'f') },
  { name: 'JSON drawing', good: JSON.stringify(SOUND.order.pieces[0]), read: (t) => drawnFromJson(t, 'f') },
  { name: 'SVG path', good: 'M0 0 L 10 0 A5 5 0 0 1 20 10 C 1 2 3 4 5 6 Z', read: (t) => parsePath(t) },
  { name: 'SVG drawing', good: SOUND.svg, read: (t) => drawnFromSvg(t, 'f.svg') },
  { name: 'SVG drawing of all kinds', good: SOUND.svgOfAll, read: (t) => drawnFromSvg(t, 'f.svg') },
  { name: 'DXF drawing', good: SOUND.dxf, read: (t) => drawnFromDxf(t, 'f.dxf') },
  { name: 'DXF drawing of all kinds', good: SOUND.dxfOfAll, read: (t) => drawnFromDxf(t, 'f.dxf') },
];

describe('every document of ours, broken', () => {
  test.each(DOCUMENTS.map((d) => [d.name, d] as const))('%s', (_name, { good, read }) => {
    expect(() => read(structuredClone(good))).not.toThrow();
    fc.assert(
      fc.property(mutated(good), (broken) => isSound(() => read(broken))),
      { numRuns: CASES / 2 },
    );
  });
});

describe('every text that is parsed, broken', () => {
  test.each(TEXTS.map((d) => [d.name, d] as const))('%s', (_name, { good, read }) => {
    isSound(() => read(good));
    fc.assert(
      fc.property(grammar(good), (broken) => isSound(() => read(broken))),
      { numRuns: CASES / 2 },
    );
  });

  test('CSV order', async () => {
    const good =
      'id;file;quantity;quality;rotation;mirror\nvamp;vamp.dxf;4;A;free;never\nheel;heel.dxf;2;3;0 180;allowed\n';
    await fc.assert(
      fc.asyncProperty(grammar(good), (broken) =>
        isSoundSoon(() => orderFromCsv(broken, 'f.csv', { readDrawing: () => Promise.resolve(SOUND.drawn) })),
      ),
      { numRuns: CASES / 2 },
    );
  });
});

test('messages of a PLC: read, or null', () => {
  const ack = JSON.stringify({ id: 'j1', seq: 1, result: 'started', code: 0, cutCount: 3 });
  const bytes = fc.oneof(
    grammar(ack).map((text) => new TextEncoder().encode(text)),
    fc.uint8Array({ maxLength: 600 }),
  );
  fc.assert(
    fc.property(bytes, (payload) =>
      isSound(() => {
        for (const schema of [jobAckMessage, jobReleasedMessage, plcHeartbeatMessage])
          readMessage(schema.loose(), payload);
      }),
    ),
    { numRuns: CASES },
  );
});

test('commands of a PLC: an allowed one, or a code', () => {
  const good = JSON.stringify({ id: 'c1', hb: 5, order: 'sample', job: 'j1', alarm: 'a1' });
  fc.assert(
    fc.property(
      fc.constantFrom(...VERBS, 'constructor', '__proto__', 'release'),
      grammar(good),
      fc.boolean(),
      (verb, text, isRetained) =>
        isSound(() =>
          judgeCommand({
            verb,
            payload: new TextEncoder().encode(text),
            isRetained,
            heartbeat: 6,
            allowedVerbs: ['sync', 'load'],
          }),
        ),
    ),
    { numRuns: CASES },
  );
});

describe('what crashed once', () => {
  test('a DXF whose vertex begins with its y', () => {
    const broken = SOUND.dxf.replace('1\n10\n0', '1\n"10\n0');
    expect(() => drawnFromDxf(broken, 'f.dxf')).toThrow(expect.objectContaining({ code: 'ORDERS_DRAWING_REFUSED' }));
  });

  test('a placement beyond the integers of the clipper', () => {
    const [layout] = SOUND.result.layouts;
    const far = { ...layout, placements: [{ piece: 0, x: -33554431750, y: 100, rotation: 0, mirrored: false }] };
    expect(validateLayout(SOUND.problem, { ...SOUND.result, layouts: [far] })).toMatchObject({ valid: false });
  });

  test('a circle wider than the earth, which took all memory to follow', () => {
    const broken = SOUND.svg.replace(/ r="[^"]*"/, ' r="9999999999992"');
    expect(broken).not.toBe(SOUND.svg);
    expect(() => drawnFromSvg(broken, 'f.svg')).toThrow(expect.objectContaining({ code: 'ORDERS_DRAWING_REFUSED' }));
  });

  test('a material, and a piece, that cannot be put into words', () => {
    const wordless: unknown = { toString: [] };
    const [layout] = SOUND.result.layouts;
    for (const broken of [
      { ...layout, material: wordless },
      { ...layout, placements: [{ piece: wordless, x: 0, y: 0, rotation: 0, mirrored: false }] },
    ])
      expect(validateLayout(SOUND.problem, { ...SOUND.result, layouts: [broken] })).toMatchObject({ valid: false });
  });
});
