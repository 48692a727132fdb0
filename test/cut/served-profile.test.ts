import { expect, it } from 'vitest';
import { refuseUnserved, refuseUnwritten } from '#cut/served-profile.ts';
import { SIMULATED_MACHINE } from '#domain/machine.ts';
import type { Machine } from '#domain/machine.ts';

const refused = (machine: Machine) => () => refuseUnserved(machine, 'm.json');

it.each(['dxf', 'svg'] as const)('serves a machine that reads %s from a folder', (format) => {
  expect(refused({ ...SIMULATED_MACHINE, format })).not.toThrow();
});

it.each(['hpgl', 'gcode', 'pdf'] as const)('refuses %s, which no file is written in, at reading', (format) => {
  const machine: Machine = { ...SIMULATED_MACHINE, id: 'plotter', format };
  const message = `m.json: machine.format: found "${format}", which this version does not write for machine "plotter"; expected "dxf" or "svg".`;
  expect(refused(machine)).toThrow(expect.objectContaining({ code: 'CUT_FORMAT_UNKNOWN', message }));
  expect(() => refuseUnwritten(machine, 'm.json')).toThrow(message);
});

it.each(['tcp', 'serial'] as const)('refuses a machine that wants its files by %s; a file by hand is another', (to) => {
  const machine: Machine = { ...SIMULATED_MACHINE, send: { to, address: '127.0.0.1:9' } };
  expect(refused(machine)).toThrow(
    expect.objectContaining({
      code: 'CUT_SEND_NOT_SUPPORTED',
      fault: 'input',
      message: expect.stringMatching(`^m.json: machine.send.to: found "${to}", expected "folder"`) as string,
    }),
  );
  expect(() => refuseUnwritten(machine, 'm.json')).not.toThrow();
});
