import type { MessagePort } from 'node:worker_threads';
import { sha256Of } from '#disk/sha256.node.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import { figuresOf, type LayoutFigures } from './alternatives.ts';
import { drawableProblem, layoutView, type DrawableProblem, type LayoutNames } from './layout-view.ts';

/** Without a hash: that of the result's JSON. */
export type AskedFacts = Omit<LayoutNames, 'sha256'> & { readonly sha256?: string };

export type LayoutRequest =
  | { readonly kind: 'problem'; readonly key: string; readonly problem: Problem }
  | {
      readonly kind: 'view';
      readonly id: number;
      readonly key: string;
      readonly result: NestResult;
      readonly facts: AskedFacts;
    };
export interface DrawnLayout {
  /** A LayoutView as JSON text: windows get these bytes, nobody parses them on the way. */
  readonly json: string;
  /** The bytes of layout.json, should this layout be taken, and their hash. */
  readonly text: string;
  readonly sha256: string;
  readonly unplacedCount: number;
  readonly figures: LayoutFigures;
}

export type LayoutAnswer = ({ readonly id: number } & DrawnLayout) | { readonly id: number; readonly error: string };

/** Draws layouts off the station's thread: 500 pieces are some milliseconds of arithmetic and JSON each. One problem at a
 *  time; each answer bears the number of its question. */
export function serveLayouts(port: MessagePort): void {
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
    const sha256 = facts.sha256 ?? sha256Of(text);
    const view = layoutView(current.drawable, result, { ...facts, sha256 });
    port.postMessage({
      id,
      json: JSON.stringify(view),
      text,
      sha256,
      unplacedCount: view.unplaced.reduce((sum, u) => sum + u.count, 0),
      figures: figuresOf(view),
    } satisfies LayoutAnswer);
  });
}

function attempt(problem: Problem): DrawableProblem | Error {
  try {
    return drawableProblem(problem);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
