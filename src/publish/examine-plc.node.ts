import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PLC_CODES, type JobAck, type JobReleased } from '#domain/plc-messages.ts';
import { wireText } from './encode-message.ts';
import { BenchStation, type BenchStationOptions, type PlcWord } from './plc-bench-station.node.ts';
import { isFinalResult } from './plc-memory.ts';
import { SILENCE_MS } from './plc-watch.ts';

/** One thing that was looked at. */
export interface PlcFinding {
  readonly part: string;
  readonly state: 'ok' | 'wrong' | 'skipped';
  readonly found: string;
  readonly remedy: string;
}

/** What a person is asked to do at the cabinet; resolves when it is done, or false: leave that out. */
export type AskPerson = (act: 'power off and on' | 'manual' | 'auto') => Promise<boolean>;

export interface ExaminePlcOptions extends BenchStationOptions {
  /** Folder that the PLC reads cut files from. */
  readonly shareDir: string;
  /** The person who lets the PLC take these jobs; their drawing is empty. */
  readonly by: string;
  readonly ask: AskPerson;
  readonly onFinding: (finding: PlcFinding) => void;
  readonly signal: AbortSignal;
  /** Times of the contract are multiplied by this; tests are in a hurry. Default 1. */
  readonly pace?: number | undefined;
  /** Between two heartbeats. Default 3 s: at 6 s the PLC counts as gone. */
  readonly slowestBeatMs?: number | undefined;
  /** How long the machine may take for a job without a contour. Default 60 s. */
  readonly jobMs?: number | undefined;
}

const LISTEN_MS = 10_000;
const SLOWEST_BEAT_MS = SILENCE_MS / 2;
const ANSWER_MS = 30_000;
const REPEAT_MS = 10_000;
const EMPTY_DXF = '0\nSECTION\n2\nENTITIES\n0\nENDSEC\n0\nEOF\n';

/** Walks through the handshake with whatever PLC is on the broker, as its station, and says what is wrong: heartbeat,
 *  rejection, acceptance, the final result until it is closed, the same id again, power off, not in automatic. */
export async function examinePlc(options: ExaminePlcOptions): Promise<PlcFinding[]> {
  await using station = new BenchStation(options);
  const examination = new Examination(options, station);
  await examination.run();
  return examination.findings;
}

class Examination {
  readonly #options: ExaminePlcOptions;
  readonly #station: BenchStation;
  readonly #pace: number;
  readonly #name: string;
  readonly findings: PlcFinding[] = [];
  #seq = 0;

  constructor(options: ExaminePlcOptions, station: BenchStation) {
    this.#options = options;
    this.#station = station;
    this.#pace = options.pace ?? 1;
    this.#name = `d${new Date(options.nowMs()).toISOString().replaceAll(/[-:]|\..*/g, '')}`;
  }

  async run(): Promise<void> {
    const { shareDir } = this.#options;
    await this.#until(() => this.#station.isConnected, ANSWER_MS);
    if (!this.#station.isConnected)
      return this.#say('broker', false, 'no connection', 'see address, name and password, and the ACL of the broker');
    await this.#wait(500);
    if (this.#station.isTaken)
      return this.#say('broker', false, 'a station is online under this name', 'stop kerf station first');
    if (!(await this.#heartbeat())) return;
    const folder = join(shareDir, this.#name);
    await mkdir(folder, { recursive: true });
    try {
      await this.#rejections();
      const job = await this.#acceptance();
      if (job) {
        await this.#closing(job);
        await this.#again(job);
        await this.#powerCycle(job);
      }
      await this.#notAutomatic();
    } finally {
      await this.#station.forgetRetained();
      await rm(folder, { recursive: true, force: true });
    }
    const broken = this.#station.words.filter((word) => word.broken !== undefined);
    this.#say(
      'messages',
      broken.length === 0,
      broken.length === 0 ? 'all fit the contract' : `${broken.length} do not fit, the first is ${broken[0]?.broken}`,
      'flat JSON in ASCII, whole numbers, at most 512 bytes; see docs/plc/asyncapi.yaml',
    );
  }

  async #heartbeat(): Promise<boolean> {
    await this.#wait(LISTEN_MS);
    const words = this.#station.words.filter((word) => word.beat !== undefined);
    const remedy = 'publish {"n","mode"} on plc/heartbeat every 2 s, n counting up, not retained';
    if (words.length === 0) return (this.#say('heartbeat', false, 'none heard in 10 s', remedy), false);
    const fresh = words.filter((word, i) => word.beat?.n !== words[i - 1]?.beat?.n);
    const gaps = fresh.map((word, i) => word.atMs - (fresh[i - 1]?.atMs ?? word.atMs));
    const longest = Math.max(...gaps);
    const faults = [
      ...(words.some((word) => word.isRetained) ? ['it is retained'] : []),
      ...(fresh.length < 2 ? ['n does not change'] : []),
      ...(longest > (this.#options.slowestBeatMs ?? SLOWEST_BEAT_MS)
        ? [`${(longest / 1000).toFixed(1)} s between two`]
        : []),
    ];
    const mode = words.at(-1)?.beat?.mode ?? 'unknown';
    this.#say('heartbeat', faults.length === 0, faults.join(', ') || `${fresh.length} beats, mode ${mode}`, remedy);
    if (mode !== 'auto') this.#say('mode', false, mode, 'set the cutter to automatic; nothing is released before');
    return mode === 'auto' && fresh.length > 1;
  }

  async #rejections(): Promise<void> {
    const hash = await this.#job('another.dxf', 'what the PLC is not told of');
    await this.#rejected('file with another hash', { ...hash, sha256: 'f'.repeat(64) }, PLC_CODES.hashDiffers);
    const missing = await this.#job('missing.dxf', null);
    await this.#rejected('file that is not there', missing, PLC_CODES.fileMissing);
  }

  async #rejected(part: string, job: JobReleased, code: number): Promise<void> {
    const ack = await this.#answerTo(job);
    const isRight = ack?.result === 'rejected' && ack.code === code;
    // It must not cut what it should have refused.
    if (ack && !isFinalResult(ack.result)) await this.#station.request(job.id, job.seq, 'cancel');
    else if (ack) await this.#station.closeJob(ack);
    this.#say(part, isRight, told(ack), `answer on job/ack with rejected, code ${code}`);
  }

  async #acceptance(): Promise<{ job: JobReleased; last: JobAck } | null> {
    const job = await this.#job('cut.dxf', EMPTY_DXF);
    const first = await this.#answerTo(job);
    const isTaken = first !== null && (first.result === 'accepted' || first.result === 'started');
    this.#say('acceptance', isTaken, told(first), 'answer on job/ack with accepted, code 0, within 30 s');
    if (!isTaken) return null;
    const { jobMs = 60_000 } = this.#options;
    await this.#until(() => this.#acks(job).some((ack) => isFinalResult(ack.result)), jobMs);
    const results = this.#acks(job).map((ack) => ack.result);
    const last = this.#acks(job).at(-1);
    const isDone = last?.result === 'done' && results.includes('started');
    this.#say(
      'job to its end',
      isDone,
      results.join(', '),
      'say started when the knife begins, done when it has ended',
    );
    return isDone && last ? { job, last } : null;
  }

  async #closing({ job, last }: { job: JobReleased; last: JobAck }): Promise<void> {
    const said = () => this.#acks(job).filter((ack) => ack.result === last.result).length;
    const before = said();
    await this.#wait(2.5 * REPEAT_MS);
    const repeats = said() - before;
    this.#say(
      'final result until it is closed',
      repeats >= 1 && repeats <= 5,
      `${repeats} repeats in 25 s`,
      'repeat the final result every 10 s until job/closed comes',
    );
    await this.#station.closeJob(last);
    await this.#wait(REPEAT_MS / 5);
    const closed = said();
    await this.#wait(1.5 * REPEAT_MS);
    const more = said() - closed;
    this.#say('silence after it is closed', more === 0, `${more} more`, 'stop repeating when job/closed comes');
  }

  async #again({ job, last }: { job: JobReleased; last: JobAck }): Promise<void> {
    await this.#sameAnswer('the same job again', job, last);
    const other = await this.#answerTo({ ...job, seq: (this.#seq += 1) });
    const isRefused = other?.result === 'rejected' && other.code === PLC_CODES.idReused;
    this.#say('the same id with another seq', isRefused, told(other), 'answer with rejected, code 8');
  }

  async #sameAnswer(part: string, job: JobReleased, last: JobAck): Promise<void> {
    const from = this.#station.words.length;
    const again = await this.#answerTo(job);
    await this.#wait(2000);
    const starts = this.#acks(job, from).filter((ack) => !isFinalResult(ack.result)).length;
    const isSame = again?.result === last.result && again.code === last.code && starts === 0;
    const found = starts > 0 ? `${told(again)}, and it began again` : told(again);
    this.#say(
      part,
      isSame,
      found,
      'keep the last 32 (id, seq, result) over power-off; a known one gets the same answer',
    );
    if (again) await this.#station.closeJob(again);
  }

  async #powerCycle(done: { job: JobReleased; last: JobAck }): Promise<void> {
    const { ask } = this.#options;
    const trap = await this.#job('trap.dxf', EMPTY_DXF);
    const from = this.#station.words.length;
    if (!(await ask('power off and on'))) return this.#skip('power off and on');
    // Retained while the PLC is away: it finds it when it comes back, and must leave it alone.
    await this.#station.release(trap, { retain: true });
    const heard = () => this.#station.words.slice(from);
    const isBack = () => heard().some((word) => word.command?.verb === 'sync' && !word.isRetained);
    await this.#until(isBack, 4 * ANSWER_MS);
    const sync = heard().find((word) => word.command?.verb === 'sync')?.command;
    const isFresh = sync !== undefined && (sync.age ?? 99) <= 15;
    this.#say(
      'sync after power-off',
      isFresh,
      sync === undefined ? 'none' : `hb ${sync.age} beats old`,
      'publish {"id","hb"} on cmd/sync after every start, hb being the last n heard from the station',
    );
    await this.#wait(3000);
    const taken = this.#acks(trap, from).length > 0;
    await this.#station.forgetRetained();
    if (taken) await this.#station.request(trap.id, trap.seq, 'cancel');
    this.#say(
      'retained release',
      !taken,
      taken ? 'it was answered' : 'left alone',
      'act on no message with the retain flag: it is of the past',
    );
    await this.#sameAnswer('a job from before the power-off', done.job, done.last);
  }

  async #notAutomatic(): Promise<void> {
    const { ask } = this.#options;
    if (!(await ask('manual'))) return this.#skip('not in automatic');
    await this.#until(() => this.#lastMode() !== 'auto', ANSWER_MS);
    const mode = this.#lastMode();
    this.#say('mode is told', mode !== 'auto', mode, 'say manual or fault in the heartbeat when not in automatic');
    await this.#rejected('release in manual', await this.#job('manual.dxf', EMPTY_DXF), PLC_CODES.notAutomatic);
    await ask('auto');
  }

  #lastMode(): string {
    return this.#station.words.findLast((word) => word.beat !== undefined)?.beat?.mode ?? 'unknown';
  }

  async #job(name: string, content: string | null): Promise<JobReleased> {
    this.#seq += 1;
    const file = `${this.#name}/${name}`;
    if (content !== null) await writeFile(join(this.#options.shareDir, file), content);
    return {
      id: `${this.#name}-${this.#seq}`,
      seq: this.#seq,
      sheet: 'doctor',
      recipe: wireText(`doctor by ${this.#options.by}`),
      pieceCount: 1,
      nestedYieldBp: 0,
      file,
      sha256: createHash('sha256')
        .update(content ?? 'nothing')
        .digest('hex'),
      t: new Date(this.#options.nowMs()).toISOString(),
    };
  }

  /** Its first word about this release, or null. */
  async #answerTo(job: JobReleased): Promise<JobAck | null> {
    const from = this.#station.words.length;
    await this.#station.release(job);
    await this.#until(() => this.#acks(job, from).length > 0, ANSWER_MS);
    return this.#acks(job, from)[0] ?? null;
  }

  #acks({ id, seq }: Pick<JobReleased, 'id' | 'seq'>, from = 0): JobAck[] {
    return this.#station.words
      .slice(from)
      .flatMap(({ ack }: PlcWord) => (ack?.id === id && ack.seq === seq ? [ack] : []));
  }

  #say(part: string, isRight: boolean, found: string, remedy: string): void {
    const finding: PlcFinding = isRight
      ? { part, state: 'ok', found, remedy: '' }
      : { part, state: 'wrong', found, remedy };
    this.findings.push(finding);
    this.#options.onFinding(finding);
  }

  #skip(part: string): void {
    const finding = { part, state: 'skipped', found: 'nobody at the cabinet', remedy: '' } as const;
    this.findings.push(finding);
    this.#options.onFinding(finding);
  }

  #wait(ms: number): Promise<void> {
    return this.#until(() => false, ms);
  }

  async #until(holds: () => boolean, ms: number): Promise<void> {
    const { nowMs, timers, signal } = this.#options;
    const end = nowMs() + ms * this.#pace;
    while (!holds() && nowMs() < end) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => timers.after(Math.min(50, Math.max(1, end - nowMs())), resolve));
    }
  }
}

function told(ack: JobAck | null): string {
  return ack === null ? 'no answer' : `${ack.result}, code ${ack.code}`;
}
