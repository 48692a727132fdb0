/** Modbus TCP (Modbus Application Protocol V1.1b3, Modbus Messaging on TCP/IP V1.0b): the frames of function codes 3, 6
 *  and 16, no more. Plain bytes in, plain values out. */

export type ModbusRequest =
  | { readonly kind: 'read'; readonly address: number; readonly count: number }
  | {
      readonly kind: 'write';
      readonly address: number;
      readonly values: readonly number[];
      readonly isSingle: boolean;
    };

export interface ModbusFrame {
  readonly transaction: number;
  readonly unit: number;
  readonly functionCode: number;
  /** Null: a body that does not fit its function code, or a code that is not spoken here. */
  readonly request: ModbusRequest | null;
}

export const MODBUS_EXCEPTIONS = { illegalFunction: 1, illegalAddress: 2, illegalValue: 3 } as const;
export type ModbusException = (typeof MODBUS_EXCEPTIONS)[keyof typeof MODBUS_EXCEPTIONS];

export const READ_HOLDING = 3;
export const WRITE_SINGLE = 6;
export const WRITE_MULTIPLE = 16;
const SPOKEN: ReadonlySet<number> = new Set([READ_HOLDING, WRITE_SINGLE, WRITE_MULTIPLE]);

const HEADER_BYTES = 7;
/** Unit and PDU: at least a function code, at most the 253 bytes of the specification. */
const LEAST_LENGTH = 2;
const MOST_LENGTH = 254;
const MOST_READ = 125;
const MOST_WRITE = 123;

/** Takes whole frames off the front of what has come in.
 *  @returns the frames and what is left, or null: what came is no Modbus, and the connection is best ended */
export function takeModbusFrames(
  bytes: Uint8Array,
): { readonly frames: ModbusFrame[]; readonly rest: Uint8Array } | null {
  const frames: ModbusFrame[] = [];
  let rest = bytes;
  while (rest.length >= HEADER_BYTES) {
    const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength);
    const length = view.getUint16(4);
    if (view.getUint16(2) !== 0 || length < LEAST_LENGTH || length > MOST_LENGTH) return null;
    const end = HEADER_BYTES - 1 + length;
    if (rest.length < end) break;
    frames.push(readFrame(rest.subarray(0, end)));
    rest = rest.subarray(end);
  }
  return { frames, rest };
}

function readFrame(frame: Uint8Array): ModbusFrame {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const functionCode = view.getUint8(7);
  return {
    transaction: view.getUint16(0),
    unit: view.getUint8(6),
    functionCode,
    request: readRequest(functionCode, new DataView(frame.buffer, frame.byteOffset + 8, frame.byteLength - 8)),
  };
}

function readRequest(functionCode: number, body: DataView): ModbusRequest | null {
  if (!SPOKEN.has(functionCode) || body.byteLength < 4) return null;
  const address = body.getUint16(0);
  const second = body.getUint16(2);
  if (functionCode === READ_HOLDING)
    return body.byteLength === 4 && second >= 1 && second <= MOST_READ
      ? { kind: 'read', address, count: second }
      : null;
  if (functionCode === WRITE_SINGLE)
    return body.byteLength === 4 ? { kind: 'write', address, values: [second], isSingle: true } : null;
  const isWhole =
    second >= 1 && second <= MOST_WRITE && body.byteLength === 5 + 2 * second && body.getUint8(4) === 2 * second;
  if (!isWhole) return null;
  const values = Array.from({ length: second }, (_, i) => body.getUint16(5 + 2 * i));
  return { kind: 'write', address, values, isSingle: false };
}

/** Which exception answers a frame that holds no request. */
export function exceptionOf({ functionCode }: ModbusFrame): ModbusException {
  return SPOKEN.has(functionCode) ? MODBUS_EXCEPTIONS.illegalValue : MODBUS_EXCEPTIONS.illegalFunction;
}

/** The answer to a request: what was read, or the echo of what was written. */
export function modbusAnswer(frame: ModbusFrame, request: ModbusRequest, read: readonly number[]): Uint8Array {
  if (request.kind === 'read') {
    const answer = withHeader(frame, 2 + 2 * read.length);
    answer.setUint8(8, 2 * read.length);
    for (const [i, value] of read.entries()) answer.setUint16(9 + 2 * i, value);
    return bytesOf(answer);
  }
  const answer = withHeader(frame, 5);
  answer.setUint16(8, request.address);
  answer.setUint16(10, request.isSingle ? (request.values[0] ?? 0) : request.values.length);
  return bytesOf(answer);
}

export function modbusException(frame: ModbusFrame, exception: ModbusException): Uint8Array {
  const answer = withHeader(frame, 2);
  answer.setUint8(7, frame.functionCode | 0x80);
  answer.setUint8(8, exception);
  return bytesOf(answer);
}

function withHeader({ transaction, unit, functionCode }: ModbusFrame, pduBytes: number): DataView {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + pduBytes));
  view.setUint16(0, transaction);
  view.setUint16(4, 1 + pduBytes);
  view.setUint8(6, unit);
  view.setUint8(7, functionCode);
  return view;
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer);
}
