import { fork } from 'node:child_process';
import type { RoomsOptions } from './real-rooms.node.ts';
import type { RoomsNews, RoomsRequest } from './rooms-main.node.ts';

/** The process that the rooms run in. A thread's memory stays with the station when it ends (ONNX Runtime's threads and
 *  the C library's arenas keep it), and a native crash in one ends the station; a process takes both with it. */
export interface RoomsProcess {
  readonly pid: number | undefined;
  ask(request: RoomsRequest): void;
  /** Asks it to end; kills it where it does not. */
  end(): Promise<void>;
}

/** A solver or model that does not end by itself must not keep the station from closing. */
const KILL_MS = 3000;

/** @param onEnd it will never answer again, and all that it said has been heard */
export function startRoomsProcess(
  options: RoomsOptions,
  onNews: (news: RoomsNews) => void,
  onEnd: (reason: string) => void,
): RoomsProcess {
  const child = fork(new URL('./rooms-main.node.ts', import.meta.url), {
    // For the moment at which it rests.
    execArgv: ['--expose-gc'],
    // As threads clone: typed arrays, undefined and numbers that JSON has not.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => {
    const end = (reason: string) => {
      onEnd(reason);
      resolve();
    };
    child.once('error', (cause) => end(cause.message));
    // Not `exit`: what it said last may come after that.
    child.once('close', (code, signal) => end(signal ?? `code ${code}`));
  });
  child.on('message', onNews);
  const ask = (request: RoomsRequest) => {
    // Gone: `close` says so.
    child.send(request, () => undefined);
  };
  ask({ id: 0, call: 'open', options });
  return {
    pid: child.pid,
    ask,
    async end() {
      ask({ id: 0, call: 'close' });
      const late = setTimeout(() => child.kill('SIGKILL'), KILL_MS);
      await ended;
      clearTimeout(late);
    },
  };
}
