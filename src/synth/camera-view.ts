import { invertHomography } from '#geometry/plane-homography.ts';

export interface CameraView {
  readonly rgb: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Table mm to pixels of the view, nine numbers row by row. */
  readonly toView: readonly number[];
}

export interface CameraOptions {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Angle between the camera's axis and the table's normal, degrees. */
  readonly tilt: number;
  /** Turn about the table's normal, degrees. */
  readonly turn: number;
  /** Share of the view's width that the table's takes. Default 0.85. */
  readonly fill?: number;
}

/** Distance of the camera from the middle of the table, table widths. */
const DISTANCE = 1.6;

/** What a camera without lens faults sees that looks at the middle of a table picture (y up, origin lower left). */
export function viewTable(
  table: { readonly rgb: Uint8Array; readonly widthPx: number; readonly heightPx: number; readonly mmPerPx: number },
  options: CameraOptions,
): CameraView {
  const { widthPx, heightPx } = options;
  const width = table.widthPx * table.mmPerPx;
  const height = table.heightPx * table.mmPerPx;
  const tilt = (options.tilt * Math.PI) / 180;
  const turn = (options.turn * Math.PI) / 180;
  const distance = DISTANCE * width;
  const focalPx = (options.fill ?? 0.85) * widthPx * DISTANCE;
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const [ct, st] = [Math.cos(tilt), Math.sin(tilt)];
  // Table point, centred and turned: (p, q); seen from the tilted camera: right p, down -q cos, depth distance + q sin.
  const p = [c, s, -(c * width + s * height) / 2];
  const q = [-s, c, (s * width - c * height) / 2];
  const depth = [q[0]! * st, q[1]! * st, q[2]! * st + distance];
  const toView = [0, 1, 2].flatMap((row) =>
    [0, 1, 2].map((k) => {
      if (row === 0) return focalPx * p[k]! + (widthPx / 2) * depth[k]!;
      return row === 1 ? -focalPx * ct * q[k]! + (heightPx / 2) * depth[k]! : depth[k]!;
    }),
  );
  const back = invertHomography(toView);
  const rgb = new Uint8Array(widthPx * heightPx * 3).fill(70);
  for (let v = 0; v < heightPx; v += 1) {
    for (let u = 0; u < widthPx; u += 1) {
      const w = back[6]! * (u + 0.5) + back[7]! * (v + 0.5) + back[8]!;
      const x = (back[0]! * (u + 0.5) + back[1]! * (v + 0.5) + back[2]!) / w;
      const y = (back[3]! * (u + 0.5) + back[4]! * (v + 0.5) + back[5]!) / w;
      const tu = x / table.mmPerPx - 0.5;
      const tv = table.heightPx - y / table.mmPerPx - 0.5;
      if (!(tu >= 0 && tv >= 0 && tu < table.widthPx - 1 && tv < table.heightPx - 1)) continue;
      const u0 = Math.floor(tu);
      const v0 = Math.floor(tv);
      const fu = tu - u0;
      const fv = tv - v0;
      for (let channel = 0; channel < 3; channel += 1) {
        const at = 3 * (v0 * table.widthPx + u0) + channel;
        const below = at + 3 * table.widthPx;
        const upper = table.rgb[at]! * (1 - fu) + table.rgb[at + 3]! * fu;
        const lower = table.rgb[below]! * (1 - fu) + table.rgb[below + 3]! * fu;
        rgb[3 * (v * widthPx + u) + channel] = Math.round(upper * (1 - fv) + lower * fv);
      }
    }
  }
  return { rgb, widthPx, heightPx, toView };
}
