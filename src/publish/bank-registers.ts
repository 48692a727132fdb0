import { stationStates, type StationState } from '#domain/job.ts';
import { releaseResults, type JobAck, type ReleaseResult } from '#domain/plc-messages.ts';

/** The handshake as 19 values: Modbus's holding registers (docs/plc/modbus.md), which OPC UA shows under names
 *  (docs/plc/opcua.md). The first nine and the last three are the station's, those between the PLC's. */
export const REGISTERS = {
  stationHeartbeat: 0,
  stationState: 1,
  jobNumber: 2,
  seqHigh: 3,
  seqLow: 4,
  released: 5,
  request: 6,
  closed: 7,
  pieceCount: 8,
  plcHeartbeat: 9,
  plcMode: 10,
  ackJobNumber: 11,
  ackSeqLow: 12,
  ackCode: 13,
  ackCutCount: 14,
  ackResult: 15,
  lastJobNumber: 16,
  lastSeqLow: 17,
  lastResult: 18,
} as const;
export const REGISTER_COUNT = 19;
/** From this one to that one a PLC writes; the others it reads. */
export const FIRST_PLC_REGISTER = REGISTERS.plcHeartbeat;
export const LAST_PLC_REGISTER = REGISTERS.ackResult;

export const BANK_MODES = ['unknown', 'auto', 'manual', 'fault'] as const;
export const BANK_REQUESTS = ['none', 'pause', 'resume', 'cancel'] as const;
/** 0 says nothing; 1 to 8 are the results of the contract in its order. */
export const BANK_RESULTS: readonly (ReleaseResult | 'none')[] = ['none', ...releaseResults];
const MOST = 65535;

/** A job as 16 bits, never 0: CRC-16/ARC of its id. With the lower half of seq it tells jobs apart over an emptied data
 *  folder too, where seq begins anew. */
export function jobNumberOf(id: string): number {
  let crc = 0;
  for (const character of id) {
    crc ^= character.charCodeAt(0) & 0xff;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc === 0 ? 1 : crc;
}

/** What the station shows. */
export interface BankShown {
  readonly heartbeat: number;
  readonly state: StationState | null;
  readonly job: { readonly id: string; readonly seq: number; readonly pieceCount: number } | null;
  readonly isReleased: boolean;
  readonly request: (typeof BANK_REQUESTS)[number];
  readonly isClosed: boolean;
  /** The job that was closed last: it stays when another one is shown. */
  readonly lastClosed: ClosedJob | null;
}

export interface ClosedJob {
  readonly id: string;
  readonly seq: number;
  readonly result: ReleaseResult;
}

export function stationRegisters(shown: BankShown): number[] {
  const { job } = shown;
  const values = new Array<number>(FIRST_PLC_REGISTER).fill(0);
  values[REGISTERS.stationHeartbeat] = shown.heartbeat;
  values[REGISTERS.stationState] = shown.state === null ? 0 : stationStates.indexOf(shown.state);
  values[REGISTERS.jobNumber] = job ? jobNumberOf(job.id) : 0;
  values[REGISTERS.seqHigh] = job ? job.seq >>> 16 : 0;
  values[REGISTERS.seqLow] = job ? job.seq & MOST : 0;
  values[REGISTERS.released] = shown.isReleased ? 1 : 0;
  values[REGISTERS.request] = BANK_REQUESTS.indexOf(shown.request);
  values[REGISTERS.closed] = shown.isClosed ? 1 : 0;
  values[REGISTERS.pieceCount] = Math.min(MOST, job?.pieceCount ?? 0);
  return values;
}

/** Those behind the PLC's. */
export function lastRegisters({ lastClosed }: Pick<BankShown, 'lastClosed'>): number[] {
  if (!lastClosed) return [0, 0, 0];
  return [jobNumberOf(lastClosed.id), lastClosed.seq & MOST, BANK_RESULTS.indexOf(lastClosed.result)];
}

/** What the PLC's registers say of the job shown, or null: nothing, or of another job. */
export function ackOf(registers: readonly number[], job: BankShown['job']): JobAck | null {
  const result = BANK_RESULTS[registers[REGISTERS.ackResult] ?? 0];
  const seq = registers[REGISTERS.ackSeqLow];
  // A word holds the lower half; a door with wider values gives back the whole.
  const isOfJob =
    job !== null &&
    registers[REGISTERS.ackJobNumber] === jobNumberOf(job.id) &&
    (seq === (job.seq & MOST) || seq === job.seq);
  if (!isOfJob || result === undefined || result === 'none') return null;
  return {
    id: job.id,
    seq: job.seq,
    result,
    code: registers[REGISTERS.ackCode] ?? 0,
    cutCount: registers[REGISTERS.ackCutCount] ?? 0,
  };
}
