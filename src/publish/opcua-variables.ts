import { stationStates } from '#domain/job.ts';
import { BANK_MODES, BANK_REQUESTS, BANK_RESULTS, REGISTERS } from './bank-registers.ts';
import type { HandshakeBank } from './handshake-bank.ts';

export const OPCUA_NAMESPACE = 'urn:kerf:handshake:1';
/** Below Objects. */
export const OPCUA_ROOT = 'Kerf';

/** One variable of the server: `ns=<of OPCUA_NAMESPACE>;s=<folder>.<name>`. */
export interface OpcuaVariable {
  readonly folder: 'Station' | 'Plc';
  readonly name: string;
  readonly type: 'Boolean' | 'UInt16' | 'UInt32' | 'String';
  readonly about: string;
  readonly read: (bank: Pick<HandshakeBank, 'registers' | 'job' | 'lastClosed'>) => boolean | number | string;
  /** The register that a client writes; null: it reads only. */
  readonly register: number | null;
}

const numbered = (names: readonly string[]) => names.map((name, i) => `${i} ${name}`).join(', ');
const R = REGISTERS;

function shown(name: string, register: number, about: string): OpcuaVariable {
  return { folder: 'Station', name, type: 'UInt16', about, read: (b) => b.registers[register] ?? 0, register: null };
}
function flag(name: string, register: number, about: string): OpcuaVariable {
  return { ...shown(name, register, about), type: 'Boolean', read: (bank) => bank.registers[register] === 1 };
}
function written(name: string, register: number, about: string, type: 'UInt16' | 'UInt32' = 'UInt16'): OpcuaVariable {
  return { folder: 'Plc', name, type, about, read: (bank) => bank.registers[register] ?? 0, register };
}

/** The handshake's values in the order of the registers. */
export const OPCUA_VARIABLES: readonly OpcuaVariable[] = [
  shown('Heartbeat', R.stationHeartbeat, 'changes every 2 s, 0..32767; unchanged for 6 s: the station is gone'),
  shown('State', R.stationState, numbered(stationStates)),
  shown('JobNumber', R.jobNumber, "CRC-16/ARC of the job's id, never 0; 0: no job"),
  { ...shown('JobId', R.jobNumber, "the job's id; empty: no job"), type: 'String', read: ({ job }) => job?.id ?? '' },
  { ...shown('Seq', R.seqLow, '+1 a job; 0: no job'), type: 'UInt32', read: ({ job }) => job?.seq ?? 0 },
  flag('Released', R.released, "true: this job waits for the PLC's answer"),
  shown('Request', R.request, `${numbered(BANK_REQUESTS)}: a wish, the PLC decides`),
  flag('Closed', R.closed, "true: the job's final result is written down"),
  shown('PieceCount', R.pieceCount, 'pieces of the layout'),
  shown('LastJobNumber', R.lastJobNumber, 'number of the job that was closed last; 0: none since the server began'),
  {
    ...shown('LastSeq', R.lastSeqLow, 'its Seq'),
    ...{ type: 'UInt32' as const, read: ({ lastClosed }: Pick<HandshakeBank, 'lastClosed'>) => lastClosed?.seq ?? 0 },
  },
  shown('LastResult', R.lastResult, 'the result that is written down of it, numbered as Plc.Result'),
  written(
    'Heartbeat',
    R.plcHeartbeat,
    'another value at least every 2 s; unchanged for 6 s: alarm, nothing new is released',
  ),
  written('Mode', R.plcMode, numbered(BANK_MODES)),
  written('AckJobNumber', R.ackJobNumber, 'copy of Station.JobNumber'),
  written('AckSeq', R.ackSeqLow, 'copy of Station.Seq', 'UInt32'),
  written(
    'Code',
    R.ackCode,
    'as in modbus.md: 0 ok, 1 busy, 2 file missing, 3 hash differs, 4 wrong sheet, 5 tool missing, 6 not in automatic, 8 id reused, 10 wrong state, 100..999 the machine',
  ),
  written('CutCount', R.ackCutCount, 'pieces cut so far'),
  written('Result', R.ackResult, numbered(BANK_RESULTS)),
];
