import { parentPort, workerData } from 'node:worker_threads';
import { KerfError } from '#domain/kerf-error.ts';
import { parseJson } from '#domain/parse-document.ts';
import type { JudgeAnswer, JudgeTask } from './judge.node.ts';
import { validateLayout } from './validate-layout.ts';

/** One task a worker: the texts come in as workerData, one answer goes out. What is not a KerfError crashes the worker. */
parentPort!.postMessage(answer(workerData as JudgeTask));

function answer({ problem, result }: JudgeTask): JudgeAnswer {
  try {
    const code = 'NEST_CHECK_UNREADABLE';
    const verdict = validateLayout(
      parseJson(problem.text, problem.name, code),
      parseJson(result.text, result.name, code),
    );
    return { verdict };
  } catch (error) {
    if (!(error instanceof KerfError)) throw error;
    return { error: { code: error.code, message: error.message, fault: error.fault, details: error.details } };
  }
}
