import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import op from 'onnx-proto';
import { KerfError } from '#domain/kerf-error.ts';
import { modelCardSchema } from '#domain/model-card.ts';
import type { ModelCard } from '#domain/model-card.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { withoutSecondLook } from './one-look.ts';
import { shortGraph, type ShortGraph } from './short-graph.ts';

/** A graph to be run. */
export interface PackGraph {
  readonly model: Uint8Array;
  /** The model as far as its logits, where its end is one that is known. */
  readonly short?: ShortGraph | null | undefined;
}

/** A model pack that may be run: its files are the ones that its card names. */
export interface Pack extends PackGraph {
  readonly dir: string;
  readonly card: ModelCard;
  /** The same for pictures coarser than the pack was made for, where it looks at them at half their size as well. */
  readonly once?: PackGraph | null;
  /** Of model.onnx. */
  readonly sha256: string;
}

const MODEL = 'model.onnx';

/** Loads a model pack: a folder with card.json and model.onnx, or one of these two files.
 *  @throws KerfError (fault input) INSPECT_PACK_MISSING, INSPECT_PACK_NOT_ONNX, INSPECT_PACK_CARD_REFUSED,
 *  INSPECT_PACK_VERSION (another kerf), INSPECT_PACK_HASH_DIFFERS, INSPECT_PACK_WRONG_INPUTS, INSPECT_PACK_WRONG_OUTPUTS */
export async function loadPack(path: string): Promise<Pack> {
  const found = await stat(path).catch((cause: unknown) => {
    throw missing(path, cause);
  });
  const dir = found.isDirectory() ? path : dirname(path);
  if (!found.isDirectory() && !path.endsWith('.json')) decodeModel(await readFile(path), path);
  const card = readCard(await read(join(dir, 'card.json')), join(dir, 'card.json'));
  const model = new Uint8Array(await read(join(dir, MODEL)));
  const where = join(dir, MODEL);
  const decoded = decodeModel(model, where);
  const sha256 = createHash('sha256').update(model).digest('hex');
  for (const [name, expected] of Object.entries(card.files)) {
    const actual =
      name === MODEL
        ? sha256
        : createHash('sha256')
            .update(await read(join(dir, name)))
            .digest('hex');
    if (actual === expected) continue;
    throw new KerfError(
      'INSPECT_PACK_HASH_DIFFERS',
      `${join(dir, name)}: sha256 is ${actual}, its card says ${expected}. The file is damaged or was replaced: take the whole pack anew.`,
      { details: { file: name, actual, expected } },
    );
  }
  if (card.files[MODEL] === undefined)
    throw new KerfError('INSPECT_PACK_CARD_REFUSED', `${join(dir, 'card.json')}: files names no ${MODEL}.`);
  checkGraph(decoded.graph, card, where);
  return { dir, card, sha256, ...graphsOf(model, decoded, card) };
}

/** A pack whose model was just made. */
export function packOfModel(dir: string, card: ModelCard, model: Uint8Array): Pack {
  const sha256 = createHash('sha256').update(model).digest('hex');
  return { dir, card, sha256, ...graphsOf(model, decodeModel(model, join(dir, MODEL)), card) };
}

function graphsOf(model: Uint8Array, decoded: ReturnType<typeof decodeModel>, { output }: ModelCard) {
  const once = withoutSecondLook(decoded);
  return {
    model,
    short: shortGraph(decoded, output.scores),
    once: once && { model: op.onnx.ModelProto.encode(once).finish(), short: shortGraph(once, output.scores) },
  };
}

function missing(path: string, cause: unknown): KerfError {
  return new KerfError(
    'INSPECT_PACK_MISSING',
    `${path}: there is no such file. A model pack is a folder with card.json and ${MODEL}, for example models/leather-base.`,
    { cause, details: { path } },
  );
}

function read(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    throw missing(path, cause);
  });
}

function readCard(bytes: Buffer, where: string): ModelCard {
  const value = parseJson(bytes.toString('utf8'), where, 'INSPECT_PACK_CARD_REFUSED');
  const version = typeof value === 'object' && value !== null ? (value as { kerf?: unknown }).kerf : undefined;
  if (version !== 1)
    throw new KerfError(
      'INSPECT_PACK_VERSION',
      `${where}: found kerf ${JSON.stringify(version) ?? 'nothing'}, expected 1. The pack was made for another version of Kerf.`,
      { details: { where } },
    );
  return parseDocument(modelCardSchema, value, { name: 'card', where, code: 'INSPECT_PACK_CARD_REFUSED' });
}

type Graph = op.onnx.IGraphProto;

function decodeModel(bytes: Uint8Array, where: string): op.onnx.IModelProto & { readonly graph: Graph } {
  const refuse = (why: string, cause?: unknown) =>
    new KerfError(
      'INSPECT_PACK_NOT_ONNX',
      `${where}: this is no ONNX model (${why}). Expected the ${MODEL} of a model pack.`,
      {
        cause,
        details: { where },
      },
    );
  let model: op.onnx.ModelProto;
  try {
    model = op.onnx.ModelProto.decode(bytes);
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const graph = model.graph;
  if (!graph || (graph.node?.length ?? 0) === 0 || (graph.output?.length ?? 0) === 0) throw refuse('it holds no graph');
  return { ...model, graph };
}

const FLOAT = 1;

function checkGraph(graph: Graph, card: ModelCard, where: string): void {
  const given = new Set((graph.initializer ?? []).map((t) => t.name));
  const inputs = (graph.input ?? []).filter((i) => !given.has(i.name));
  const asText = (list: readonly op.onnx.IValueInfoProto[]) =>
    list.map((v) => `${v.name ?? '?'}${shapeText(v)}`).join(', ') || 'none';
  const pixels = inputs[0];
  if (inputs.length !== 1 || !pixels || pixels.name !== card.input.name || !fits(pixels, 3))
    throw new KerfError(
      'INSPECT_PACK_WRONG_INPUTS',
      `${where}: inputs are ${asText(inputs)}; the card says one, ${card.input.name}[N,3,H,W] of float32.`,
      { details: { where, expected: card.input.name } },
    );
  for (const [name, channels] of [
    [card.output.scores, card.classes.length],
    [card.output.doubt, 1],
  ] as const) {
    const output = (graph.output ?? []).find((o) => o.name === name);
    if (output && fits(output, channels)) continue;
    throw new KerfError(
      'INSPECT_PACK_WRONG_OUTPUTS',
      `${where}: outputs are ${asText(graph.output ?? [])}; the card says ${name}[N,${channels},H,W] of float32.`,
      { details: { where, expected: name } },
    );
  }
}

function fits(value: op.onnx.IValueInfoProto, channels: number): boolean {
  const tensor = value.type?.tensorType;
  const dims = tensor?.shape?.dim ?? [];
  const second = dims[1];
  const isOpen = second?.dimParam !== undefined && second.dimParam !== null && second.dimParam !== '';
  return tensor?.elemType === FLOAT && dims.length === 4 && (isOpen || Number(second?.dimValue) === channels);
}

function shapeText(value: op.onnx.IValueInfoProto): string {
  const dims = value.type?.tensorType?.shape?.dim ?? [];
  return `[${dims.map((d) => d.dimParam || String(d.dimValue ?? '?')).join(',')}]`;
}
