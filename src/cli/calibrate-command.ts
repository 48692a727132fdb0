import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { calibrateCamera } from '#acquire/calibrate-camera.node.ts';
import { calibrateCorners } from '#acquire/calibrate-corners.node.ts';
import { calibrateFlat } from '#acquire/calibrate-flat.node.ts';
import { calibrateTable, lensResidualOn } from '#acquire/calibrate-table.node.ts';
import { boardFor, PAPERS, SHEET_DICTIONARY } from '#acquire/charuco-board.ts';
import { isPictureName } from '#acquire/picture-folder.node.ts';
import { boardPdf } from '#acquire/write-board.node.ts';
import {
  boardSchema,
  calibrationSchema,
  tableMarkersSchema,
  type Board,
  type Calibration,
} from '#domain/calibration.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { systemClock } from '#station/system-clock.node.ts';
import { cornersOption, cornersSaid } from './corners-option.ts';
import { nameOption, numberOption, requiredOption, runs, textOption } from './command.ts';
import { EXIT } from './exit-code.ts';
import { readDocument } from './read-document.ts';
import { writeBytes, writeDocument } from './write-document.ts';

/** Side of the sheet's squares where nothing is said, mm. */
const SQUARE = 30;

export function register(program: Command): void {
  const calibrate = program
    .command('calibrate')
    .description(
      'print a sheet, learn a lens from pictures of it, tell the camera where the table lies, even its light',
    );
  registerSheet(calibrate);
  registerCamera(calibrate);
  registerTable(calibrate);
  registerFlat(calibrate);
}

function registerSheet(calibrate: Command): void {
  const sheet = calibrate
    .command('sheet')
    .description('the calibration sheet as PDF, in true size')
    .option('--paper <name>', Object.keys(PAPERS).join(', '), 'A4')
    .option('--square <mm>', 'side of a square', String(SQUARE))
    .requiredOption('--out <file>', 'the PDF');
  runs(sheet, async ({ terminal }, _args, options) => {
    const paper = textOption(options, 'paper') ?? 'A4';
    const board = boardFor(paper, numberOption(options, 'square', { above: 0 }) ?? SQUARE);
    const out = resolve(requiredOption(options, 'out'));
    await writeBytes(out, await boardPdf(board, paper));
    terminal.say(
      `${board.columns} x ${board.rows} squares of ${board.square} mm on ${paper}: print at 100 %, glue flat`,
    );
    terminal.say(
      `then: kerf calibrate camera PICTURES --board ${board.columns}x${board.rows} --square ${board.square}`,
    );
    terminal.say(out);
    terminal.document({ out, paper, board });
    return EXIT.done;
  });
}

function registerCamera(calibrate: Command): void {
  const camera = calibrate
    .command('camera')
    .argument('<pictures...>', 'six or more pictures of the sheet, or folders of them')
    .description('learn the lens of a camera from pictures of the sheet')
    .requiredOption('--board <CxR>', 'squares across and down, as the sheet says')
    .option('--square <mm>', 'side of a square as measured on the print', String(SQUARE))
    .option('--marker <mm>', 'side of a marker, default three quarters of the square')
    .option('--id <name>', 'name of the camera', 'camera')
    .requiredOption('--out <file>', 'calibration.json');
  runs(camera, async ({ terminal, signal }, pictures, options) => {
    const out = resolve(requiredOption(options, 'out'));
    const report = await calibrateCamera(await picturesOf(pictures), {
      id: textOption(options, 'id') ?? basename(out, extname(out)),
      board: boardOption(options),
      clock: systemClock,
      signal,
      onProgress: terminal.progress,
    });
    await writeDocument(out, report.calibration);
    for (const { picture, cornerCount, rms } of report.views)
      terminal.say(`${picture}: ${cornerCount} corners${rms === null ? ', left out' : `, ${rms.toFixed(3)} mm`}`);
    const { rms, p95, max } = report.calibration.residual;
    const px = report.calibration.lensResidualPx;
    terminal.say(
      `fits within ${p95.toFixed(3)} mm (rms ${rms.toFixed(3)}, most ${max.toFixed(3)}), seen over ${Math.round(100 * report.coverage)} % of the picture`,
    );
    if (px)
      terminal.say(`in pixels ${px.p95.toFixed(2)}: on the table that is as many times the millimetres of its pixel`);
    terminal.say(out);
    terminal.document(report);
    return EXIT.done;
  });
}

function registerTable(calibrate: Command): void {
  const table = calibrate
    .command('table')
    .argument('<picture>', 'the empty table, with its markers or without')
    .description('tell a camera where the table lies, by its markers or by its four corners')
    .option('--camera <file>', 'calibration.json of kerf calibrate camera; by corners: for its lens, if it has one')
    .option(
      '--markers <file>',
      'measured places of the markers: {"kerf":1,"id","tableMarkers":[{"id","x","y","size"}]}; by corners: to check them',
    )
    .option(
      '--corners <u,v,…>',
      'eight pixels of the picture: lower left, lower right, upper right, upper left corner of the table',
    )
    .option('--size <WxH>', 'of the table with --corners, mm')
    .option('--length <u,v,u,v,mm>', 'a known length between two pixels: checks the corners')
    .option('--by <name>', 'who set the corners', 'command line')
    .requiredOption('--out <file>', 'calibration.json');
  runs(table, async ({ terminal, signal }, [picture], options) => {
    const out = resolve(requiredOption(options, 'out'));
    const work = { clock: systemClock, signal, onProgress: terminal.progress };
    const corners = cornersOption(options);
    const cameraFile = corners === null ? requiredOption(options, 'camera') : textOption(options, 'camera');
    const markersFile = corners === null ? requiredOption(options, 'markers') : textOption(options, 'markers');
    const read = {
      camera: cameraFile && (await readDocument(calibrationSchema, resolve(cameraFile), 'calibration')),
      places: markersFile && (await readDocument(tableMarkersSchema, resolve(markersFile), 'markers')),
    };
    const camera = read.camera || null;
    const markers = read.places ? read.places.tableMarkers : [];
    if (corners === null) {
      const calibration = await calibrateTable(resolve(picture!), { camera: camera!, markers, ...work });
      await writeDocument(out, calibration);
      const { rms, max } = calibration.residual;
      terminal.say(`the markers fit within ${max.toFixed(2)} mm (rms ${rms.toFixed(2)})`);
      terminal.say(lensSaid(calibration));
      terminal.say(`the camera hangs ${Math.round(Math.abs(heightOf(calibration.pose ?? [])))} mm above the table`);
      terminal.say(out);
      terminal.document(calibration);
      return EXIT.done;
    }
    const id = camera?.id ?? basename(out, extname(out));
    const by = nameOption(options, 'by') ?? 'command line';
    const calibration = await calibrateCorners(resolve(picture!), { ...corners, ...work, by, id, camera, markers });
    await writeDocument(out, calibration);
    for (const line of cornersSaid(calibration.tableCorners!, camera !== null)) terminal.say(line);
    if ('pose' in calibration && camera !== null) terminal.say(lensSaid(calibration as Calibration));
    terminal.say(out);
    terminal.document(calibration);
    return EXIT.done;
  });
}

function registerFlat(calibrate: Command): void {
  const flat = calibrate
    .command('flat')
    .argument('<pictures...>', 'one or more pictures of an even white sheet that fills the view, or folders of them')
    .description('learn how to make the light even and white')
    .requiredOption('--camera <file>', 'calibration.json of kerf calibrate camera or table')
    .requiredOption('--out <file>', 'calibration.json');
  runs(flat, async ({ terminal, signal }, pictures, options) => {
    const out = resolve(requiredOption(options, 'out'));
    const camera = await readDocument(calibrationSchema, resolve(requiredOption(options, 'camera')), 'calibration');
    const calibration = await calibrateFlat(await picturesOf(pictures), {
      camera,
      clock: systemClock,
      signal,
      onProgress: terminal.progress,
    });
    await writeDocument(out, calibration);
    const { before, residual } = calibration.flat!;
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    terminal.say(
      `light: uneven by ${percent(before.unevenness)} before, ${percent(residual.p95)} left (rms ${percent(residual.rms)}); ${percent(residual.leftOut)} of the picture did not count`,
    );
    terminal.say(`white: tinted by ${percent(before.tint)} before, ${percent(residual.tint)} left`);
    terminal.say(out);
    terminal.document(calibration);
    return EXIT.done;
  });
}

function lensSaid(calibration: Calibration): string {
  const left = lensResidualOn(calibration);
  if (left !== null) return `the lens leaves ${left.toFixed(2)} mm on this table`;
  return 'what the lens leaves on this table is not known: the calibration of the camera is an older one';
}

/** Height of the camera above the table's plane: the third coordinate of -Rᵀ t. */
function heightOf(p: readonly number[]): number {
  return -(p[2]! * p[3]! + p[6]! * p[7]! + p[10]! * p[11]!);
}

function boardOption(options: Record<string, unknown>): Board {
  const text = requiredOption(options, 'board');
  const match = /^(\d{1,2})x(\d{1,2})$/.exec(text);
  const square = numberOption(options, 'square', { above: 0 }) ?? SQUARE;
  const marker = numberOption(options, 'marker', { above: 0, most: square }) ?? 0.75 * square;
  const board = boardSchema.safeParse({
    dictionary: SHEET_DICTIONARY,
    columns: Number(match?.[1]),
    rows: Number(match?.[2]),
    square,
    marker,
  } satisfies z.input<typeof boardSchema>);
  if (!board.success)
    throw new KerfError('CLI_BAD_OPTION', `--board: found ${JSON.stringify(text)}, expected COLUMNSxROWS, like 8x6.`);
  return board.data;
}

/** The pictures named, and those in the folders named, in the order of their names. */
async function picturesOf(named: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    named.map(async (name) => {
      const path = resolve(name);
      const found = await stat(path).catch(() => null);
      if (!found?.isDirectory()) return [path];
      const inside = await readdir(path);
      return inside
        .filter(isPictureName)
        .sort()
        .map((file) => join(path, file));
    }),
  );
  return lists.flat();
}
