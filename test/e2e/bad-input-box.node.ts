import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { SIMULATED_MACHINE } from '#domain/machine.ts';
import type { Order } from '#domain/problem.ts';
import { DEFAULT_SETTINGS } from '#domain/settings.ts';
import { writePngClaim } from '../acquire/picture-fixtures.ts';
import { smallModel, writeSmallPack } from '../cli/small-pack.node.ts';

type Rgb = readonly [number, number, number];
const TABLE: Rgb = [205, 210, 214];
const HIDE: Rgb = [120, 74, 48];

export const WIDTH_PX = 320;
export const HEIGHT_PX = 240;
/** Scale of the pictures: a table of 640 x 480 mm, a hide of 520 x 380 mm. */
export const MM_PER_PX = '2';

/** A picture with the same colour everywhere but in an ellipse, a little uneven as pictures are. */
function picture(table: Rgb, hide: Rgb | null): Sharp {
  const rgb = new Uint8Array(WIDTH_PX * HEIGHT_PX * 3);
  for (let v = 0; v < HEIGHT_PX; v += 1)
    for (let u = 0; u < WIDTH_PX; u += 1) {
      const inside = ((u - WIDTH_PX / 2) / 130) ** 2 + ((v - HEIGHT_PX / 2) / 95) ** 2 < 1;
      const colour = inside && hide ? hide : table;
      const uneven = ((u * 7 + v * 13) % 5) - 2;
      for (let c = 0; c < 3; c += 1)
        rgb[3 * (v * WIDTH_PX + u) + c] = Math.max(0, colour[c]! === 0 ? 0 : colour[c]! + uneven);
    }
  return sharp(rgb, { raw: { width: WIDTH_PX, height: HEIGHT_PX, channels: 3 } });
}

export function square(id: string, side: number, more: Partial<Order['pieces'][number]> = {}): Order['pieces'][number] {
  return {
    id,
    outline: [
      [0, 0],
      [side, 0],
      [side, side],
      [0, side],
    ],
    ...more,
  };
}

/** Folder of everything that the table of bad input needs, good and bad; small. */
export interface BadInputBox {
  readonly dir: string;
  at(...names: string[]): string;
  close(): Promise<void>;
}

export async function badInputBox(): Promise<BadInputBox> {
  const dir = await mkdtemp(join(tmpdir(), 'kerf-bad-'));
  const at = (...names: string[]) => join(dir, ...names);
  const json = (name: string, value: unknown) => writeFile(at(name), JSON.stringify(value));
  await picture(TABLE, HIDE).png().toFile(at('hide.png'));
  await picture(TABLE, null).png().toFile(at('table.png'));
  await picture([0, 0, 0], null).png().toFile(at('black.png'));
  await picture(TABLE, HIDE).jpeg().toFile(at('cut-off.jpg'));
  await truncate(at('cut-off.jpg'), Math.floor(statSync(at('cut-off.jpg')).size / 2));
  await writeFile(at('text.jpg'), 'This is no picture.\n');
  await sharp({ create: { width: 1, height: 1, channels: 3, background: '#888' } })
    .png()
    .toFile(at('one.png'));
  await writePngClaim(at('giant.png'), 60_000, 50_000);

  const order = (...pieces: Order['pieces'][number][]) => ({ kerf: 1, pieces });
  await json('order.json', order(square('patch', 60, { quantity: 6 })));
  await json('vast.json', order(square('patch', 60, { quantity: 6 }), square('vast', 900)));
  await json('only-vast.json', order(square('vast', 900)));
  const bowTie = square('bow', 60);
  await json('crossing.json', order({ ...bowTie, outline: [[0, 0], [60, 60], [60, 0], [0, 60]] })); // oxfmt-ignore
  await json('negative.json', { ...order(square('patch', 60)), spacing: -3 });
  await json('none.json', order(square('patch', 60, { quantity: 0 })));
  await json('flat.json', order(square('patch', 0)));
  await writeFile(at('nan.json'), JSON.stringify(order(square('patch', 60))).replace('60', 'NaN'));
  await json('unknown-key.json', { ...order(square('patch', 60)), colour: 'red' });
  await json('patch.json', { outline: square('', 60).outline });
  await writeFile(at('grade.csv'), 'id,file,quantity,quality\npatch,patch.json,2,Z\n');
  await writeFile(at('nan.csv'), 'id,file,quantity,quality\npatch,patch.json,NaN,A\n');
  await json('problem-crossing.json', {
    ...order({ ...bowTie, outline: [[0, 0], [60, 60], [60, 0], [0, 60]] }), // oxfmt-ignore
    sheets: [{ id: 'hide', outline: square('', 400).outline }],
  });
  await json('problem.json', {
    ...order(square('patch', 60, { quantity: 6 }), square('vast', 900)),
    sheets: [{ id: 'hide', outline: square('', 400).outline }],
  });
  await json('problem-vast.json', { ...order(square('vast', 900)), sheets: [{ id: 'hide', outline: square('', 400).outline }] }); // oxfmt-ignore
  await json('machine.json', { kerf: 1, id: 'zuend' });
  await json('real.json', { ...SIMULATED_MACHINE, id: 'zuend', kind: 'dragKnife' });

  await writeSmallPack(at('pack'));
  await writeSmallPack(at('pack-text'), Buffer.from('not a model at all'));
  await writeSmallPack(at('pack-inputs'), smallModel({ input: 'image' }));
  await writeSmallPack(at('pack-hash'), smallModel(), Buffer.from('another'));
  for (const [name, text] of [
    ['settings-value', JSON.stringify({ ...DEFAULT_SETTINGS, http: { port: 99999, listen: '127.0.0.1' } })],
    ['settings-text', '{ "kerf": 1, '],
  ] as const) {
    await mkdir(at(name));
    await writeFile(at(name, 'settings.json'), text);
  }
  return { dir, at, close: () => rm(dir, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Every file below a folder with its size, or null where there is no folder: to tell "as before". */
export function filesBelow(dir: string): Record<string, number> | null {
  if (!existsSync(dir)) return null;
  const names = readdirSync(dir, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    names
      .filter((e) => !e.isDirectory())
      .map((e) => [join(e.parentPath, e.name), statSync(join(e.parentPath, e.name)).size]),
  );
}

/** Processes of a group that still run: what a command left behind. Linux only; elsewhere none can be told. */
export function runningInGroup(group: number): string[] {
  if (!existsSync('/proc/self/stat')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return Number(fields[2]) === group && fields[0] !== 'Z' ? [pid] : [];
      } catch {
        return [];
      }
    });
}
