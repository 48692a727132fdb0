import { resolve } from 'node:path';
import type { Command } from 'commander';
import { gradeName, type Grading } from '#domain/grading.ts';
import { orderedQuantities } from '#domain/ordered-quantity.ts';
import { orderMappingSchema } from '#domain/order-mapping.ts';
import type { Order } from '#domain/problem.ts';
import { pieceShape } from '#geometry/piece-shape.ts';
import { regionArea } from '#geometry/ring-area.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';
import type { OrderDoubt } from '#orders/doubt-order.ts';
import { orderByMapping } from '#orders/order-by-mapping.node.ts';
import { readLines } from '#orders/read-lines.node.ts';
import { readFileBelow } from '#orders/read-order.node.ts';
import { requiredOption, runs, textOption } from './command.ts';
import { EXIT } from './exit-code.ts';
import { gradingOption } from './inspect-command.ts';
import { readDocument } from './read-document.ts';
import { writeDocument } from './write-document.ts';

/** Another program's order lines to an order of ours. */
export function register(program: Command): void {
  const order = program.command('order').description('orders of other programs: `order import`');
  const command = order
    .command('import')
    .argument(
      '<file>',
      'order lines as another program writes them: CSV or JSON, a folder that holds one such file, or - for stdin',
    )
    .description('read an order by a mapping of its columns; without --out it is only shown')
    .requiredOption('--map <file>', 'order-mapping.json (kerf schema order-mapping)')
    .option('--drawings <dir>', 'where the drawings are that lines name; default: beside the lines')
    .option('--order <number>', 'lines of this order only')
    .option('--colour <name>', 'lines of this colour only')
    .option('--grading <file>', 'the scale of its grades; default leather-default')
    .option('--yes', 'write it although something is doubtful')
    .option('--out <file>', 'order.json to write');
  runs(command, async ({ terminal, signal }, [given], options) => {
    const map = resolve(requiredOption(options, 'map'));
    const mapping = await readDocument(orderMappingSchema, map, 'mapping');
    const grading = await gradingOption(options);
    const { encoding } = mapping;
    const lines = await readLines(given!, { encoding, but: [map], stdin: process.stdin, signal });
    const { text, where } = lines;
    const folder = resolve(textOption(options, 'drawings') ?? lines.folder);
    const found = await orderByMapping(text, where, mapping, {
      readFile: (file) => readFileBelow(folder, file, where, signal),
      grading,
      only: { order: textOption(options, 'order'), colour: textOption(options, 'colour') },
    });
    const out = textOption(options, 'out');
    const isDoubted = found.doubts.length > 0 && options['yes'] !== true;
    for (const line of preview(found.order, grading)) terminal.say(line);
    terminal.say(`units stated: ${found.unitsStated.length === 0 ? 'none' : found.unitsStated.join(', ')}`);
    for (const doubt of found.doubts) terminal.error(`doubt: ${DOUBTS[doubt]}`);
    if (out !== undefined && !isDoubted) {
      await writeDocument(resolve(out), found.order);
      terminal.say(resolve(out));
    } else if (out !== undefined) terminal.error(`${resolve(out)}: not written. Look at the doubts; --yes takes them.`);
    terminal.document({ ...found, out: out !== undefined && !isDoubted ? resolve(out) : null });
    return isDoubted ? EXIT.no : EXIT.done;
  });
}

const DOUBTS: Readonly<Record<OrderDoubt, string>> = {
  unitNotStated: 'a drawing states no unit, nor does the mapping; mm were taken.',
  unitsDiffer: 'drawings state different units.',
  tooSmall: 'a piece is smaller than a fingertip: is the unit right?',
  tooLarge: 'a piece is larger than any hide: is the unit right?',
  ordersDiffer: 'the lines are of several orders: take one with --order.',
  coloursDiffer: 'the lines are of several colours: take one with --colour.',
  areasDiffer: 'a drawing is over 15 % off the area that its line states: is the unit right?',
};

function* preview(order: Order, grading: Grading): Generator<string> {
  const quantities = orderedQuantities(order);
  for (const [k, piece] of order.pieces.entries()) {
    const { outline, holes } = pieceShape(order.pieces, k);
    const { minX, maxX, minY, maxY } = ringBounds(outline);
    const size = `${(maxX - minX).toFixed(1)} x ${(maxY - minY).toFixed(1)} mm`;
    const area = `${(regionArea(outline, holes) / 100).toFixed(1)} cm2`;
    const grade = piece.quality === undefined ? '' : `, grade ${gradeName(piece.quality, grading)}`;
    yield `${String(quantities[k]).padStart(6)}  ${piece.id}  ${size}, ${area}${grade}`;
  }
}
