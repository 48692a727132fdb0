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
  ['scan', box.at(picture), '--mm-per-px', MM_PER_PX, '--out', row.out]; // oxfmt-ignore

const inspect =
  (picture: string, ...more: string[]) =>
  (box: BadInputBox, row: RowPlace) =>
    ['inspect', box.at(picture), '--mm-per-px', MM_PER_PX, '--model', box.at('pack'), '--out', `${row.out}/inspection.json`, ...more.map((m) => m.replace('BOX', box.dir).replace('ROW', row.out))]; // oxfmt-ignore

const run =
  (picture: string, order: string, ...more: string[]) =>
  (box: BadInputBox, row: RowPlace) =>
    [
      'run', box.at(picture), '--mm-per-px', MM_PER_PX, '--order', box.at(order), '--model', box.at('pack'),
      '--seconds', '0.1', '--threads', '1', '--mqtt-port', '0', '--out', row.out,
      ...more.map((m) => m.replace('BOX', box.dir).replace('DATA', row.data)),
    ]; // oxfmt-ignore

const nest =
  (problem: string, ...more: string[]) =>
  (box: BadInputBox, row: RowPlace) =>
    ['nest', box.at(problem), '--evaluations', '100', '--threads', '1', '--out', `${row.out}/result.json`, ...more]; // oxfmt-ignore

const station =
  (...more: string[]) =>
  (box: BadInputBox, row: RowPlace) =>
    ['station', '--data', row.data, '--model', box.at('pack'), '--port', '0', '--mqtt-port', '0', ...more.map((m) => m.replace('BOX', box.dir).replace('BUSY', String(row.busyPort)))]; // oxfmt-ignore

export const BAD_INPUTS: readonly BadInput[] = [
  // Pictures
  {
    name: 'a missing picture',
    args: scan('nowhere.jpg'),
    code: 2,
    says: 'BOX/nowhere.jpg: there is no such file or folder. Expected a picture (JPEG, PNG, TIFF) or a folder into which the camera writes: check the path. [ACQUIRE_NO_SUCH_FILE]',
  },
  {
    name: 'a missing picture for the whole job',
    args: run('nowhere.jpg', 'order.json'),
    code: 2,
    says: 'BOX/nowhere.jpg: there is no such file or folder. Expected a picture (JPEG, PNG, TIFF) or a folder into which the camera writes: check the path. [ACQUIRE_NO_SUCH_FILE]',
  },
  {
    name: 'a text file named .jpg',
    args: scan('text.jpg'),
    code: 2,
    says: 'BOX/text.jpg: found a file that begins with 54 68 69 73, expected a JPEG, PNG or TIFF picture. The name alone does not make a picture: save it again in one of these formats. [ACQUIRE_NOT_A_PICTURE]',
  },
  {
    name: 'a text file named .jpg for the whole job',
    args: run('text.jpg', 'order.json'),
    code: 2,
    says: 'BOX/text.jpg: found a file that begins with 54 68 69 73, expected a JPEG, PNG or TIFF picture. The name alone does not make a picture: save it again in one of these formats. [ACQUIRE_NOT_A_PICTURE]',
  },
  {
    name: 'a JPEG that ends in the middle',
    args: scan('cut-off.jpg'),
    code: 2,
    says: 'BOX/cut-off.jpg: the picture is damaged or not complete (…). Expected a whole JPEG, PNG or TIFF: copy it again from the camera. [ACQUIRE_PICTURE_BROKEN]',
  },
  {
    name: 'a JPEG that ends in the middle for the whole job',
    args: run('cut-off.jpg', 'order.json'),
    code: 2,
    says: 'BOX/cut-off.jpg: the picture is damaged or not complete (…). Expected a whole JPEG, PNG or TIFF: copy it again from the camera. [ACQUIRE_PICTURE_BROKEN]',
  },
  {
    name: 'a picture of one pixel',
    args: scan('one.png'),
    code: 2,
    says: "BOX/one.png: the picture is 1 x 1 px; each side needs at least 64. Give the camera's full picture, not a thumbnail. [ACQUIRE_PICTURE_TOO_SMALL]",
  },
  {
    name: 'a header that claims three gigapixels',
    args: scan('giant.png'),
    code: 2,
    says: "BOX/giant.png: the picture is 60000 x 50000 px, 3000 megapixels; at most 200 are read. Lower the camera's resolution or scale the picture down. [ACQUIRE_PICTURE_TOO_LARGE]",
  },
  {
    name: 'a plain table without a hide',
    args: inspect('table.png'),
    code: 1,
    says: 'BOX/table.png: No hide in the picture: 0.0 % of it differs from the colour along its rim (at least 2 % is needed). Expected one hide lying on a table of another colour, the table seen all round. If the picture is all material, say --whole. [INSPECT_NO_HIDE]',
  },
  {
    name: 'a black picture',
    args: inspect('black.png'),
    code: 1,
    says: 'BOX/black.png: No hide in the picture: 0.0 % of it differs from the colour along its rim (at least 2 % is needed). Expected one hide lying on a table of another colour, the table seen all round. If the picture is all material, say --whole. [INSPECT_NO_HIDE]',
  },
  {
    name: 'a black picture for the whole job',
    args: run('black.png', 'order.json'),
    code: 1,
    says: 'BOX/black.png: No hide in the picture: 0.0 % of it differs from the colour along its rim (at least 2 % is needed). Expected one hide lying on a table of another colour, the table seen all round. If the picture is all material, say --whole. [INSPECT_NO_HIDE]',
  },
  {
    name: 'an empty folder of pictures where a scan is expected',
    args: (box, row) => ['inspect', box.at('pack'), '--model', box.at('pack'), '--out', `${row.out}/i.json`],
    code: 2,
    says: 'BOX/pack: The picture has no scale: neither mm per pixel nor a calibration of the table was given. Give --mm-per-px or calibrate the table. [ACQUIRE_SCALE_MISSING]',
  },
  // Orders
  {
    name: 'an order with a piece that crosses itself',
    args: run('hide.png', 'crossing.json'),
    code: 2,
    says: 'crossing.json: order.pieces[0].outline: found a ring that crosses itself at (30, 30) (sides 0 and 2), expected a simple ring: redraw piece "bow" there. [ORDERS_OUTLINE_CROSSES_ITSELF]',
  },
  {
    name: 'a negative size',
    args: run('hide.png', 'negative.json'),
    code: 2,
    says: 'negative.json: order.spacing: found -3, expected at least 0. [ORDERS_DOCUMENT_REFUSED]',
  },
  {
    name: 'a piece without area',
    args: run('hide.png', 'flat.json'),
    code: 2,
    says: 'flat.json: order.pieces[0].outline: found a ring without area, expected at least three points round an area. [ORDERS_OUTLINE_WITHOUT_AREA]',
  },
  {
    name: 'quantity 0',
    args: run('hide.png', 'none.json'),
    code: 2,
    says: 'none.json: order.pieces[0].quantity: found 0, expected at least 1 (take the piece out, or say how many). [ORDERS_QUANTITY_ZERO]',
  },
  {
    name: 'an unknown grade',
    args: run('hide.png', 'grade.csv'),
    code: 2,
    says: 'grade.csv: row 2, column quality: found "Z", expected a grade (A, B, C, D, 0) or its number, above 0. [ORDERS_CSV_REFUSED]',
  },
  {
    name: 'NaN in JSON',
    args: run('hide.png', 'nan.json'),
    code: 2,
    says: 'nan.json: found text that is no JSON (…), expected a JSON document. [ORDERS_DOCUMENT_REFUSED]',
  },
  {
    name: 'NaN in CSV',
    args: run('hide.png', 'nan.csv'),
    code: 2,
    says: 'nan.csv: row 2, column quantity: found "NaN", expected a whole number of at least 1. [ORDERS_CSV_REFUSED]',
  },
  {
    name: 'an unknown key',
    args: run('hide.png', 'unknown-key.json'),
    code: 2,
    says: 'unknown-key.json: order.colour: found an unknown key, expected only keys of order version 1. [ORDERS_DOCUMENT_REFUSED]',
  },
  {
    name: 'a missing order',
    args: run('hide.png', 'nowhere.json'),
    code: 2,
    says: 'nowhere.json: found no such file, expected a file. [ORDERS_FILE_UNREADABLE]',
  },
  {
    name: 'a picture for an order',
    args: run('hide.png', 'hide.png'),
    code: 2,
    says: 'hide.png: found bytes that are no UTF-8 text, expected UTF-8. [ORDERS_NOT_TEXT]',
  },
  {
    name: 'an order whose only piece is larger than the hide',
    args: run('hide.png', 'only-vast.json'),
    code: 1,
    says: "Job …: every piece of only-vast is larger than what this hide has of its grade. Take another hide, or lower the pieces' grades. [STATION_NOTHING_PLACED]",
  },
  {
    name: 'a problem whose only piece is larger than any sheet',
    args: nest('problem-vast.json'),
    code: 1,
    says: 'BOX/problem-vast.json: no piece found a place: "vast" (1, NEST_PIECE_EXCEEDS_SHEETS). Nothing was written; give larger sheets, pieces of a lower grade, or more time. [CLI_NOTHING_PLACED]',
  },
  {
    name: 'a crossing piece for nest',
    args: nest('problem-crossing.json'),
    code: 2,
    says: 'BOX/problem-crossing.json: problem.pieces[0].outline: found a ring that crosses itself at (30, 30), expected a simple ring: redraw piece "bow" there. [NEST_PIECE_CROSSES_ITSELF]',
  },
  {
    name: 'a missing problem',
    args: nest('nowhere.json'),
    code: 2,
    says: 'BOX/nowhere.json: found no such file, expected a readable file. Check the path. [CLI_FILE_UNREADABLE]',
  },
  // Models and machines
  {
    name: 'a missing model',
    args: inspect('hide.png', '--model', 'BOX/nowhere'),
    code: 2,
    says: 'BOX/nowhere: there is no such file. A model pack is a folder with card.json and model.onnx, for example models/leather-base. [INSPECT_PACK_MISSING]',
  },
  {
    name: 'a model that is no ONNX',
    args: inspect('hide.png', '--model', 'BOX/pack-text'),
    code: 2,
    says: 'BOX/pack-text/model.onnx: this is no ONNX model (…). Expected the model.onnx of a model pack. [INSPECT_PACK_NOT_ONNX]',
  },
  {
    name: 'a model with other inputs',
    args: inspect('hide.png', '--model', 'BOX/pack-inputs'),
    code: 2,
    says: 'BOX/pack-inputs/model.onnx: inputs are image[n,3,h,w]; the card says one, pixels[N,3,H,W] of float32. [INSPECT_PACK_WRONG_INPUTS]',
  },
  {
    name: 'a model with another hash',
    args: inspect('hide.png', '--model', 'BOX/pack-hash'),
    code: 2,
    says: 'BOX/pack-hash/model.onnx: sha256 is …, its card says …. The file is damaged or was replaced: take the whole pack anew. [INSPECT_PACK_HASH_DIFFERS]',
  },
  {
    name: 'a model with another hash for the whole job',
    args: run('hide.png', 'order.json', '--model', 'BOX/pack-hash'),
    code: 2,
    says: 'BOX/pack-hash/model.onnx: sha256 is …, its card says …. The file is damaged or was replaced: take the whole pack anew. [INSPECT_PACK_HASH_DIFFERS]',
  },
  {
    name: 'a provider that is not there, strictly',
    args: inspect('hide.png', '--provider', 'cuda', '--strict'),
    code: 3,
    says: 'CUDA refused: …. Without --strict the CPU is taken instead. [INSPECT_PROVIDER_REFUSED]',
  },
  {
    name: 'a machine profile that lacks keys',
    args: run('hide.png', 'order.json', '--machine', 'BOX/machine.json'),
    code: 2,
    says: 'BOX/machine.json: machine.kind: found nothing, expected "dragKnife" or "tangentialKnife" or "laser" or "waterJet" or "pen" or "simulated". [DOMAIN_DOCUMENT_REFUSED]',
  },
  // Brokers, ports, folders, settings
  {
    name: 'a broker that is not there',
    args: run('hide.png', 'order.json', '--mqtt', 'mqtt://127.0.0.1:1'),
    code: 3,
    says: 'No MQTT broker answers at mqtt://127.0.0.1:1 (…). Start it, or correct --mqtt or mqtt.url in settings.json; without one Kerf uses its own broker. [PUBLISH_BROKER_UNREACHABLE]',
  },
  {
    name: 'a broker by no address',
    args: run('hide.png', 'order.json', '--mqtt', 'localhost'),
    code: 2,
    says: 'Broker: found "localhost", expected mqtt://HOST[:PORT] or mqtts://HOST[:PORT]; name and password come by mqtt.userFrom and mqtt.passwordFrom of settings.json. [PUBLISH_BAD_URL]',
  },
  {
    name: 'a port in use',
    args: station('--port', 'BUSY'),
    code: 3,
    says: 'Port … on 127.0.0.1 is in use, perhaps by another Kerf station. Stop that, or give another one with --port N (or http.port in settings.json). [STATION_PORT_IN_USE]',
  },
  {
    name: "the broker's port in use",
    args: station('--mqtt-port', 'BUSY'),
    code: 3,
    says: 'Port … on 127.0.0.1, wanted for the embedded MQTT broker, is in use. Use the broker that runs there (--mqtt mqtt://127.0.0.1:…), or set another mqtt.embeddedPort in settings.json. [PUBLISH_PORT_IN_USE]',
  },
  {
    name: 'settings with a wrong value',
    args: station('--data', 'BOX/settings-value'),
    code: 2,
    says: 'BOX/settings-value/settings.json: settings.http.port: found 99999, expected at most 65535. [STATION_SETTINGS_REFUSED]',
  },
  {
    name: 'settings that are no JSON',
    args: station('--data', 'BOX/settings-text'),
    code: 2,
    says: 'BOX/settings-text/settings.json: found text that is no JSON (…), expected a JSON document. [STATION_SETTINGS_REFUSED]',
  },
  // Arguments
  {
    name: '--release without --by',
    args: run('hide.png', 'order.json', '--release'),
    code: 2,
    says: '--release and --by go together: a person approves a layout, by name. [CLI_RELEASE_NEEDS_PERSON]',
  },
  {
    name: '--release by nobody who can be named',
    args: run('hide.png', 'order.json', '--release', '--by', ' '),
    code: 2,
    says: '--by: found " ", expected a name of 1 to 80 signs that can be read, on one line. [CLI_BAD_OPTION]',
  },
  {
    name: '--release --by demo to another machine',
    args: run('hide.png', 'order.json', '--release', '--by', 'demo', '--machine', 'BOX/real.json', '--data', 'DATA'),
    code: 1,
    says: 'Machine profile "zuend" may be real: "demo" cannot release to it, only a person can. Nothing was released; give --by NAME. [STATION_DEMO_RELEASE_REFUSED]',
  },
  {
    name: 'an unknown option',
    args: run('hide.png', 'order.json', '--colour', 'red'),
    code: 2,
    says: "kerf run: unknown option '--colour'. See kerf run --help. [CLI_USAGE]",
  },
  {
    name: 'an unknown command',
    args: () => ['sing'],
    code: 2,
    says: "kerf: unknown command 'sing'. See kerf --help. [CLI_USAGE]",
  },
  {
    name: 'a missing argument',
    args: () => ['scan', '--out', 'x'],
    code: 2,
    says: "kerf scan: missing required argument 'sources'. See kerf scan --help. [CLI_USAGE]",
  },
  {
    name: 'a missing option',
    args: (box) => ['scan', box.at('hide.png')],
    code: 2,
    says: "kerf scan: required option '--out <dir>' not specified. See kerf scan --help. [CLI_USAGE]",
  },
  {
    name: 'a number that is none',
    args: run('hide.png', 'order.json', '--seconds', 'soon'),
    code: 2,
    says: '--seconds: found "soon", expected a number of at least 0 and at most 1000000. [CLI_BAD_OPTION]',
  },
  {
    name: 'a scale of 0',
    args: inspect('hide.png', '--mm-per-px', '0'),
    code: 2,
    says: '--mm-per-px: found "0", expected a number above 0. [CLI_BAD_OPTION]',
  },
  {
    name: 'a picture without a scale',
    args: (box, row) => ['scan', box.at('hide.png'), '--out', row.out],
    code: 2,
    says: 'The picture has no scale: neither mm per pixel nor a calibration of the table was given. Give --mm-per-px or calibrate the table. [ACQUIRE_SCALE_MISSING]',
  },
];
