import { parentPort, workerData } from 'node:worker_threads';
import ort from 'onnxruntime-node';
import { noProbabilities, wrongSize } from './check-answer.ts';
import { isAllFinite, marksOfLogits, marksOfScores } from './mark-pixels.ts';
import type { PackGraph } from './load-pack.node.ts';

/** What a segment worker is started with. */
export interface SegmentWorkerData {
  readonly twice: PackGraph;
  /** Answers for tiles that are seen once, where that is another graph. */
  readonly once: PackGraph | null;
  /** ONNX Runtime's name of the execution provider. */
  readonly provider: string;
  readonly threads: number;
  /** The runtime always has its CPU provider, whichever is named, and gives it what the named one does not do. `refused`: then the
   *  model is; `told`: it runs all the same, and is told to do so. */
  readonly cpuNodes: 'allowed' | 'told' | 'refused';
  readonly input: string;
  readonly scores: string;
  readonly doubt: string;
  /** Of the card: the planes that scores have. */
  readonly classCount: number;
}

export type ToSegmentWorker =
  | {
      readonly kind: 'tile';
      readonly id: number;
      readonly want: 'scores' | 'marks';
      readonly rgb: Uint8Array;
      readonly widthPx: number;
      readonly heightPx: number;
      readonly rimPx: number;
      readonly isSeenOnce?: boolean | undefined;
    }
  | { readonly kind: 'close' };

export type FromSegmentWorker =
  | { readonly kind: 'ready'; /** Parts of the model run on the CPU beside. */ readonly isPartlyCpu?: boolean }
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'scores';
      readonly id: number;
      readonly scores: Uint16Array;
      readonly doubt: Uint16Array;
      readonly widthPx: number;
      readonly heightPx: number;
    }
  | {
      readonly kind: 'marks';
      readonly id: number;
      readonly defect: Uint8Array;
      /** Not `kind`: that says which message this is. */
      readonly likeliest: Uint8Array;
      readonly widthPx: number;
      readonly heightPx: number;
    }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };

const port = parentPort;
if (port === null) throw new Error('segment.worker.node.ts is started by onnx-segmenter.node.ts as a worker');
const data = workerData as SegmentWorkerData;
const post = (message: FromSegmentWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

// What the runtime has to say is thrown, too, and told by us; its own lines on stderr would stand between.
ort.env.logLevel = 'fatal';
const createSession = (model: Uint8Array, session: Readonly<Record<string, string>>) =>
  ort.InferenceSession.create(model, {
    // Named alone: with 'cpu' behind it the runtime would fall back as a whole without a word.
    executionProviders: [data.provider],
    intraOpNumThreads: data.threads,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
    extra: { session },
  });
let isPartlyCpu = false;
async function openSession(model: Uint8Array): Promise<ort.InferenceSession> {
  if (data.cpuNodes === 'allowed') return createSession(model, {});
  try {
    return await createSession(model, { disable_cpu_ep_fallback: '1' });
  } catch (error) {
    if (data.cpuNodes === 'refused' || !/assigned to the default CPU EP/.test(reasonOf(error))) throw error;
    isPartlyCpu = true;
    return createSession(model, {});
  }
}
/** Sessions by their graph, each opened with the first tile that asks for it: most packs are asked for marks alone. */
const sessions = new Map<Uint8Array, Promise<ort.InferenceSession>>();
function sessionOf(model: Uint8Array): Promise<ort.InferenceSession> {
  const known = sessions.get(model);
  if (known) return known;
  const opened = openSession(model);
  sessions.set(model, opened);
  return opened;
}
const graphFor = (isSeenOnce: boolean | undefined): PackGraph =>
  isSeenOnce === true && data.once !== null ? data.once : data.twice;
try {
  // Large scans, what a station sees all day, ask for these.
  const first = graphFor(true);
  await sessionOf(first.short?.model ?? first.model);
  post({ kind: 'ready', isPartlyCpu });
} catch (error) {
  post({ kind: 'refused', reason: reasonOf(error) });
}

let answered: Promise<void> = Promise.resolve();

port.on('message', (message: ToSegmentWorker) => {
  if (message.kind === 'close') {
    // A session is not let go while it runs.
    void answered
      .then(() => Promise.allSettled([...sessions.values()].map(async (session) => (await session).release())))
      .finally(() => port.close());
    return;
  }
  answered = answer(message);
});

async function answer(tile: Extract<ToSegmentWorker, { kind: 'tile' }>): Promise<void> {
  try {
    const { widthPx, heightPx, rimPx } = tile;
    const graph = graphFor(tile.isSeenOnce);
    if (tile.want === 'marks') return await answerMarks(tile, graph);
    const session = await sessionOf(graph.model);
    const feeds = { [data.input]: new ort.Tensor('float32', planes(tile.rgb), [1, 3, heightPx, widthPx]) };
    const result = await session.run(feeds);
    const w = widthPx - 2 * rimPx;
    const h = heightPx - 2 * rimPx;
    const scores = core(probabilities(result, [heightPx, widthPx]), rimPx);
    const doubt = core(finite(result, data.doubt, [1, 1, heightPx, widthPx]), rimPx);
    post({ kind: 'scores', id: tile.id, scores, doubt, widthPx: w, heightPx: h }, [
      scores.buffer as ArrayBuffer,
      doubt.buffer as ArrayBuffer,
    ]);
  } catch (error) {
    post({ kind: 'failed', id: tile.id, reason: reasonOf(error) });
  }
}

async function answerMarks(tile: Extract<ToSegmentWorker, { kind: 'tile' }>, graph: PackGraph): Promise<void> {
  const { widthPx, heightPx, rimPx } = tile;
  const cut = graph.short ?? null;
  const session = await sessionOf(cut?.model ?? graph.model);
  const feeds = { [data.input]: new ort.Tensor('float32', planes(tile.rgb), [1, 3, heightPx, widthPx]) };
  const { classCount } = data;
  const step = cut?.step ?? 1;
  const [rows, columns] = [heightPx / step, widthPx / step];
  const result = await session.run(feeds, [cut?.logits ?? data.scores]);
  const tensor =
    cut === null ? probabilities(result, [rows, columns]) : finite(result, cut.logits, [1, classCount, rows, columns]);
  const seen = { values: tensor.data as Float32Array, classCount, widthPx: columns, heightPx: rows };
  const { defect, kind } = cut === null ? marksOfScores(seen, rimPx) : marksOfLogits(seen, cut.step, rimPx);
  const message = {
    kind: 'marks',
    id: tile.id,
    defect,
    likeliest: kind,
    widthPx: widthPx - 2 * rimPx,
    heightPx: heightPx - 2 * rimPx,
  } as const;
  post(message, [defect.buffer, kind.buffer]);
}

const SHARE_OF_BYTE = Float32Array.from({ length: 256 }, (_, v) => v / 255);

/** Interleaved bytes to planes in [0, 1]. */
function planes(rgb: Uint8Array): Float32Array {
  const count = rgb.length / 3;
  const out = new Float32Array(rgb.length);
  for (let i = 0, from = 0; i < count; i += 1, from += 3) {
    out[i] = SHARE_OF_BYTE[rgb[from]!]!;
    out[count + i] = SHARE_OF_BYTE[rgb[from + 1]!]!;
    out[2 * count + i] = SHARE_OF_BYTE[rgb[from + 2]!]!;
  }
  return out;
}

/** An output of the model. Not finite, or of another size, it is no answer: the tile has failed. */
function finite(result: ort.InferenceSession.OnnxValueMapType, name: string, dims: readonly number[]): ort.Tensor {
  const tensor = sized(result, name, dims);
  if (isAllFinite(tensor.data as Float32Array)) return tensor;
  throw new Error(`its output ${name} is not finite (NaN or infinite)`);
}

/** The scores of a whole graph, of rows and columns; what is no probability of each class is no answer either. */
function probabilities(result: ort.InferenceSession.OnnxValueMapType, size: readonly [number, number]): ort.Tensor {
  const tensor = sized(result, data.scores, [1, data.classCount, ...size]);
  const wrong = noProbabilities(tensor.data as Float32Array, data.classCount);
  if (wrong !== null) throw new Error(`its output ${data.scores} ${wrong}`);
  return tensor;
}

function sized(result: ort.InferenceSession.OnnxValueMapType, name: string, dims: readonly number[]): ort.Tensor {
  const tensor = result[name] as ort.Tensor;
  const wrong = wrongSize(tensor.dims, dims);
  if (wrong !== null) throw new Error(`its output ${name} ${wrong}`);
  return tensor;
}

/** Cuts the rim off and counts in 65535ths. */
function core(tensor: ort.Tensor, rimPx: number): Uint16Array {
  const values = tensor.data as Float32Array;
  const [, channels, heightPx, widthPx] = tensor.dims as [number, number, number, number];
  const w = widthPx - 2 * rimPx;
  const h = heightPx - 2 * rimPx;
  const out = new Uint16Array(channels * w * h);
  let to = 0;
  for (let c = 0; c < channels; c += 1)
    for (let y = 0; y < h; y += 1) {
      let from = (c * heightPx + y + rimPx) * widthPx + rimPx;
      for (let x = 0; x < w; x += 1, from += 1, to += 1)
        out[to] = Math.min(1, Math.max(0, values[from]!)) * 65535 + 0.5;
    }
  return out;
}
