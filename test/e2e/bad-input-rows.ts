import { MM_PER_PX, type BadInputBox } from './bad-input-box.node.ts';

/** One bad input: what is called, how it ends, and the one line that it says; "…" stands for anything (the words of a
 *  library or of the system), BOX for the folder of the inputs, ROW for the row's own. */
export interface BadInput {
  readonly name: string;
  readonly args: (box: BadInputBox, row: RowPlace) => readonly string[];
  readonly code: 1 | 2 | 3;
  readonly says: string;
}

export interface RowPlace {
  /** Where it is told to write; nothing may be there afterwards. */
  readonly out: string;
  /** A station's data folder. */
  readonly data: string;
  /** Ports that somebody else holds. */
  readonly busyPort: number;
}

const scan = (picture: string) => (box: BadInputBox, row: RowPlace) =>
  ['scan', box.at(picture), '--mm-per-px', MM_PER_PX, '--out', row.out]; // prettier-ignore

const inspect =
  (picture: string, ...more: string[]) =>
  (box: BadInputBox, row: RowPlace) =>
    ['inspect', box.at(picture), '--mm-per-px', MM_PER_PX, '--model', box.at('pack'), '--out', `${row.out}/inspection.json`, ...more.map((m) => m.replace('BOX', box.dir).replace('ROW', row.out))]; // prettier-ignore

const run =
  (picture: string, order: string, ...more: string[]) =>
  (box: BadInputBox, row: RowPlace) =>
    [
      'run', box.at(picture), '--mm-per-px', MM_PER_PX, '--order', box.at(order), '--model', box.at('pack'),
      '--seconds', '0.1', '--threads', '1', '--mqtt-port', '0', '--out', row.out,
      ...more.map((m) => m.replace('BOX', box.dir).replace('DATA', row.data)),
    ]; // prettier-ignore

const nest =
  (problem: string, ...more: string[]) =>
  (box: BadInputBox, row: RowPlace) =>
    ['nest', box.at(problem), '--evaluations', '100', '--threads', '1', '--out', `${row.out}/result.json`, ...more]; // prettier-ignore

const station =
  (...more: string[]) =>
  (box: BadInputBox, row: RowPlace) =>
    ['station', '--data', row.data, '--model', box.at('pack'), '--port', '0', '--mqtt-port', '0', ...more.map((m) => m.replace('BOX', box.dir).replace('BUSY', String(row.busyPort)))]; // prettier-ignore

export const BAD_INPUTS: readonly BadInput[] = [
  // Pictures
  { name: 'a missing picture', args: scan('nowhere.jpg'), code: 2, says: '' },
  { name: 'a missing picture for the whole job', args: run('nowhere.jpg', 'order.json'), code: 2, says: '' },
  { name: 'a text file named .jpg', args: scan('text.jpg'), code: 2, says: '' },
  { name: 'a text file named .jpg for the whole job', args: run('text.jpg', 'order.json'), code: 2, says: '' },
  { name: 'a JPEG that ends in the middle', args: scan('cut-off.jpg'), code: 2, says: '' },
  { name: 'a JPEG that ends in the middle for the whole job', args: run('cut-off.jpg', 'order.json'), code: 2, says: '' },
  { name: 'a picture of one pixel', args: scan('one.png'), code: 2, says: '' },
  { name: 'a header that claims three gigapixels', args: scan('giant.png'), code: 2, says: '' },
  { name: 'a plain table without a hide', args: inspect('table.png'), code: 1, says: '' },
  { name: 'a black picture', args: inspect('black.png'), code: 1, says: '' },
  { name: 'a black picture for the whole job', args: run('black.png', 'order.json'), code: 1, says: '' },
  { name: 'an empty folder of pictures where a scan is expected', args: (box, row) => ['inspect', box.at('pack'), '--model', box.at('pack'), '--out', `${row.out}/i.json`], code: 2, says: '' },
  // Orders
  { name: 'an order with a piece that crosses itself', args: run('hide.png', 'crossing.json'), code: 2, says: '' },
  { name: 'a negative size', args: run('hide.png', 'negative.json'), code: 2, says: '' },
  { name: 'a piece without area', args: run('hide.png', 'flat.json'), code: 2, says: '' },
  { name: 'quantity 0', args: run('hide.png', 'none.json'), code: 2, says: '' },
  { name: 'an unknown grade', args: run('hide.png', 'grade.csv'), code: 2, says: '' },
  { name: 'NaN in JSON', args: run('hide.png', 'nan.json'), code: 2, says: '' },
  { name: 'NaN in CSV', args: run('hide.png', 'nan.csv'), code: 2, says: '' },
  { name: 'an unknown key', args: run('hide.png', 'unknown-key.json'), code: 2, says: '' },
  { name: 'a missing order', args: run('hide.png', 'nowhere.json'), code: 2, says: '' },
  { name: 'a picture for an order', args: run('hide.png', 'hide.png'), code: 2, says: '' },
  { name: 'an order whose only piece is larger than the hide', args: run('hide.png', 'only-vast.json'), code: 1, says: '' },
  { name: 'a problem whose only piece is larger than any sheet', args: nest('problem-vast.json'), code: 1, says: '' },
  { name: 'a crossing piece for nest', args: nest('crossing.json'), code: 2, says: '' },
  { name: 'a missing problem', args: nest('nowhere.json'), code: 2, says: '' },
  // Models and machines
  { name: 'a missing model', args: inspect('hide.png', '--model', 'BOX/nowhere'), code: 2, says: '' },
  { name: 'a model that is no ONNX', args: inspect('hide.png', '--model', 'BOX/pack-text'), code: 2, says: '' },
  { name: 'a model with other inputs', args: inspect('hide.png', '--model', 'BOX/pack-inputs'), code: 2, says: '' },
  { name: 'a model with another hash', args: inspect('hide.png', '--model', 'BOX/pack-hash'), code: 2, says: '' },
  { name: 'a model with another hash for the whole job', args: run('hide.png', 'order.json', '--model', 'BOX/pack-hash'), code: 2, says: '' },
  { name: 'a provider that is not there, strictly', args: inspect('hide.png', '--provider', 'cuda', '--strict'), code: 3, says: '' },
  { name: 'a machine profile that lacks keys', args: run('hide.png', 'order.json', '--machine', 'BOX/machine.json'), code: 2, says: '' },
  // Brokers, ports, folders, settings
  { name: 'a broker that is not there', args: run('hide.png', 'order.json', '--mqtt', 'mqtt://127.0.0.1:1'), code: 3, says: '' },
  { name: 'a broker by no address', args: run('hide.png', 'order.json', '--mqtt', 'localhost'), code: 2, says: '' },
  { name: 'a port in use', args: station('--port', 'BUSY'), code: 3, says: '' },
  { name: "the broker's port in use", args: station('--mqtt-port', 'BUSY'), code: 3, says: '' },
  { name: 'settings with a wrong value', args: station('--data', 'BOX/settings-value'), code: 2, says: '' },
  { name: 'settings that are no JSON', args: station('--data', 'BOX/settings-text'), code: 2, says: '' },
  // Arguments
  { name: '--release without --by', args: run('hide.png', 'order.json', '--release'), code: 2, says: '' },
  { name: '--release --by demo to another machine', args: run('hide.png', 'order.json', '--release', '--by', 'demo', '--machine', 'BOX/real.json', '--data', 'DATA'), code: 1, says: '' },
  { name: 'an unknown option', args: run('hide.png', 'order.json', '--colour', 'red'), code: 2, says: '' },
  { name: 'an unknown command', args: () => ['sing'], code: 2, says: '' },
  { name: 'a missing argument', args: () => ['scan', '--out', 'x'], code: 2, says: '' },
  { name: 'a missing option', args: (box) => ['scan', box.at('hide.png')], code: 2, says: '' },
  { name: 'a number that is none', args: run('hide.png', 'order.json', '--seconds', 'soon'), code: 2, says: '' },
  { name: 'a scale of 0', args: inspect('hide.png', '--mm-per-px', '0'), code: 2, says: '' },
  { name: 'a picture without a scale', args: (box, row) => ['scan', box.at('hide.png'), '--out', row.out], code: 2, says: '' },
];
