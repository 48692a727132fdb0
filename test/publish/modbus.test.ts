import { createConnection } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { stationStates } from '#domain/job.ts';
import { modbusAnswer, takeModbusFrames } from '#publish/modbus-frame.ts';
import { ackOf, jobNumberOf, REGISTER_COUNT, stationRegisters } from '#publish/bank-registers.ts';
import { answerFrame, startModbusServer } from '#publish/modbus-server.node.ts';
import { pythonProtocols } from '../shared/python-oracle.ts';
import { SMALL_SETTINGS, startSmallStation, temporaryDir } from '../station/small-station.ts';
import { playJob } from './play-job.ts';

function bank() {
  const registers = new Array<number>(REGISTER_COUNT).fill(0);
  return {
    registers,
    count: REGISTER_COUNT,
    read: (address: number, count: number) => registers.slice(address, address + count),
    write: (address: number, values: readonly number[]) => {
      registers.splice(address, values.length, ...values);
      return null;
    },
  };
}

describe('a frame', () => {
  test('of the specification is read and answered as it says', () => {
    const read = Buffer.from('1501000000060103006b0003', 'hex');
    const [frame] = takeModbusFrames(read)?.frames ?? [];
    expect(frame).toMatchObject({ transaction: 0x1501, unit: 1, request: { kind: 'read', address: 0x6b, count: 3 } });
    const answer = modbusAnswer(frame!, frame!.request!, [0x022b, 0, 0x64]);
    expect(Buffer.from(answer).toString('hex')).toBe('150100000009010306022b00000064');
    const [single] = takeModbusFrames(Buffer.from('000100000006ff0600010003', 'hex'))?.frames ?? [];
    expect(Buffer.from(answerFrame(single!, bank())).toString('hex')).toBe('000100000006ff0600010003');
    const [many] = takeModbusFrames(Buffer.from('00010000000b01100001000204000a0102', 'hex'))?.frames ?? [];
    expect(Buffer.from(answerFrame(many!, bank())).toString('hex')).toBe('000100000006011000010002');
  });

  test('that asks too much, or in another tongue, is answered with its exception', () => {
    const answer = (hex: string) => {
      const [frame] = takeModbusFrames(Buffer.from(hex, 'hex'))?.frames ?? [];
      return Buffer.from(answerFrame(frame!, bank())).toString('hex').slice(14);
    };
    expect(answer('000100000006010300000014')).toBe('8302');
    expect(answer('000100000006010300000000')).toBe('8303');
    expect(answer('00010000000601030000007e')).toBe('8303');
    expect(answer('000100000006010600130001')).toBe('8602');
    expect(answer('00010000000b01100001000206000a0102')).toBe('9003');
    expect(answer('000100000006010100000001')).toBe('8101');
    expect(answer('00010000000201ab')).toBe('ab01');
  });

  test('is found however the bytes are cut, and anything else is refused, never a crash', () => {
    const frame = fc
      .record({ transaction: fc.nat(65535), unit: fc.nat(255), pdu: fc.uint8Array({ minLength: 1, maxLength: 253 }) })
      .map(({ transaction, unit, pdu }) => {
        const bytes = Buffer.alloc(7 + pdu.length);
        bytes.writeUInt16BE(transaction, 0);
        bytes.writeUInt16BE(1 + pdu.length, 4);
        bytes[6] = unit;
        bytes.set(pdu, 7);
        return bytes;
      });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 5 }), fc.nat(), (frames, seed) => {
        const all = Buffer.concat(frames);
        const cut = all.length === 0 ? 0 : seed % all.length;
        const first = takeModbusFrames(all.subarray(0, cut));
        const second = takeModbusFrames(Buffer.concat([first?.rest ?? Buffer.alloc(0), all.subarray(cut)]));
        const taken = [...(first?.frames ?? []), ...(second?.frames ?? [])];
        expect(taken.map((f) => f.transaction)).toEqual(frames.map((f) => f.readUInt16BE(0)));
        expect(second?.rest.length).toBe(0);
        for (const one of taken) expect(answerFrame(one, bank()).length).toBeGreaterThanOrEqual(9);
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const taken = takeModbusFrames(bytes);
        for (const one of taken?.frames ?? []) answerFrame(one, bank());
        if (taken) expect(taken.rest.length).toBeLessThan(261);
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('the registers', () => {
  const job = { id: 'j20261122T162304-70000', seq: 70000, pieceCount: 12 };

  test('show the job in two halves of its number, and hear an answer to that job alone', () => {
    const released = { heartbeat: 5, state: 'RELEASED', job, isReleased: true } as const;
    const shown = { ...released, request: 'none', isClosed: false, lastClosed: null } as const;
    const number = jobNumberOf(job.id);
    expect(stationRegisters(shown)).toEqual([5, stationStates.indexOf('RELEASED'), number, 1, 4464, 1, 0, 0, 12]);
    const said = (...answer: number[]) => ackOf([...new Array<number>(11).fill(0), ...answer], job);
    expect(said(number, 4464, 0, 7, 3)).toEqual({ id: job.id, seq: 70000, result: 'started', code: 0, cutCount: 7 });
    expect(said(number, 4464, 0, 7, 0)).toBeNull();
    expect(said(number, 4463, 0, 7, 3)).toBeNull();
    expect(said(number ^ 1, 4464, 0, 7, 3)).toBeNull();
    expect(said(number, 4464, 0, 7, 9)).toBeNull();
  });

  test('number jobs by the check value that everybody computes alike', () => {
    // CRC-16/ARC's own check value.
    expect(jobNumberOf('123456789')).toBe(0xbb3d);
    fc.assert(fc.property(fc.string(), (id) => jobNumberOf(id) > 0 && jobNumberOf(id) < 65536));
  });
});

describe('the server', () => {
  test('opens to other machines only for those that settings name', async () => {
    const open = { port: 0, listen: '0.0.0.0', allow: [], bank: bank() };
    await expect(startModbusServer(open)).rejects.toMatchObject({ code: 'PUBLISH_OPEN_MODBUS_REFUSED' });
    const server = await startModbusServer({ ...open, allow: ['192.0.2.7'] });
    await expect(startModbusServer({ ...open, listen: '127.0.0.1', port: server.port })).rejects.toMatchObject({
      code: 'PUBLISH_MODBUS_CANNOT_LISTEN',
    });
    await server.close();
  });

  test('ends a connection that speaks something else', async () => {
    const server = await startModbusServer({ port: 0, listen: '127.0.0.1', allow: [], bank: bank() });
    const socket = createConnection(server.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await closed;
    expect(server.connectionCount).toBe(0);
    await server.close();
  });
});

describe('a PLC made of pymodbus', () => {
  let python: string | null = null;
  beforeAll(async () => {
    python = await pythonProtocols();
  }, 180_000);
  for (const style of ['many', 'single'])
    test(`takes a job, pauses, goes on and ends it (function codes for ${style} registers)`, async () => {
      if (python === null) return;
      await using dir = await temporaryDir();
      const settings = { ...SMALL_SETTINGS, modbus: { port: 0, listen: '127.0.0.1', allow: [] } };
      await using running = await startSmallStation(dir.path, { settings });
      expect(running.plc).toBeNull();
      const { id, said } = await playJob<{ what: string; registers?: number[]; codes?: number[]; count?: number }>(
        python,
        running,
        [join(import.meta.dirname, 'modbus-plc.py'), `${running.modbus?.port}`, style],
      );
      expect(said[0]).toEqual({ what: 'refused', codes: [2, 2, 2, 3, 1] });
      expect(said.map((line) => line.what).slice(1)).toEqual(['released', 'accepted', 'paused', 'closed', 'beats']);
      const job = [jobNumberOf(id), 0, 1];
      expect(said[1]?.registers?.slice(2, 9)).toEqual([...job, 1, 0, 0, 12]);
      expect(said[4]?.registers?.slice(2, 9)).toEqual([...job, 0, 0, 1, 12]);
      expect(said[4]?.registers?.slice(16)).toEqual([jobNumberOf(id), 1, 6]);
    }, 120_000);
});
