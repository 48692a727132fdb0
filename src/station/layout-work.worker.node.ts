import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { NestResult } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import { drawableProblem, layoutView, type DrawableProblem, type LayoutFacts } from './layout-view.ts';

/** Draws layouts off the station's thread: 500 pieces are some milliseconds of arithmetic and JSON each. */

/** Without a hash: that of the result's JSON. */
export type AskedFacts = Omit<LayoutFacts, 'sha256'> & { readonly sha256?: string };

export type LayoutRequest =
  | { readonly kind: 'problem'; readonly key: string; readonly problem: Problem }
  | {
      readonly kind: 'view';
      readonly id: number;
      readonly key: string;
      readonly result: NestResult;
      readonly facts: AskedFacts;
    };
export type LayoutAnswer =
  | {
      readonly id: number;
      readonly json: string;
      readonly text: string;
      readonly sha256: string;
      readonly pieceCount: number;
      readonly unplacedCount: number;
      readonly nestedYieldBp: number;
    }
  | { readonly id: number; readonly error: string };

const port = parentPort;
if (!port) throw new Error('layout-work.worker.node.ts runs as a worker only');
let current: { key: string; drawable: DrawableProblem | Error } | null = null;

port.on('message', (request: LayoutRequest) => {
  if (request.kind === 'problem') {
    current = { key: request.key, drawable: attempt(request.problem) };
    return;
  }
  const { id, key, result, facts } = request;
  if (current?.key !== key || current.drawable instanceof Error) {
    const error = current?.drawable instanceof Error ? current.drawable.message : `no problem ${key}`;
    port.postMessage({ id, error } satisfies LayoutAnswer);
    return;
  }
  const text = JSON.stringify(result);
  const sha256 = facts.sha256 ?? createHash('sha256').update(text).digest('hex');
  const view = layoutView(current.drawable, result, { ...facts, sha256 });
  port.postMessage({
    id,
    json: JSON.stringify(view),
    text,
    sha256,
    pieceCount: view.pieceCount,
    unplacedCount: view.unplaced.reduce((sum, u) => sum + u.count, 0),
    nestedYieldBp: view.nestedYieldBp,
  } satisfies LayoutAnswer);
});

function attempt(problem: Problem): DrawableProblem | Error {
  try {
    return drawableProblem(problem);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
