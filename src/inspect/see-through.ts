import { labOfRgb } from './colour-lab.ts';
import type { HideMask, Overview } from './find-hide.ts';
import { openings } from './openings.ts';

/** Leather paler in colour than this has no hue to judge by: a, b of CIELAB. */
const LEAST_CHROMA = 10;
/** A pixel shows no leather when its colour lies this far on the other side of grey than the leather's own: light, shade,
 *  glare and dirt make leather lighter, darker or greyer, and none of them turns brown into blue. */
const BEYOND_GREY = 6;
/** Pixels looked at for the usual tone. */
const SAMPLES = 40_000;

/** The mask of a picture that is all material (`--whole`): all of it but what lies inside it and has a colour that this
 *  leather has in no light, which is something below it seen through a hole. Grey leather: all of it. O(pixels). */
export function wholeHide({ rgb, widthPx, heightPx }: Pick<Overview, 'rgb' | 'widthPx' | 'heightPx'>): HideMask {
  const count = widthPx * heightPx;
  const whole = { mask: new Uint8Array(count).fill(1), widthPx, heightPx };
  const [a, b] = usualTone(rgb, count);
  const chroma = Math.hypot(a, b);
  if (chroma < LEAST_CHROMA) return whole;
  const mask = whole.mask.slice();
  for (let v = 0; v < heightPx; v += 1) {
    const lab = labOfRgb(rgb.subarray(3 * v * widthPx, 3 * (v + 1) * widthPx));
    for (let u = 0; u < widthPx; u += 1) {
      const along = (lab[3 * u + 1]! * a + lab[3 * u + 2]! * b) / chroma;
      if (along < -BEYOND_GREY) mask[v * widthPx + u] = 0;
    }
  }
  // What touches the picture's border may be table beside the leather, which `--whole` says is not there.
  const inside = openings({ mask, widthPx, heightPx });
  return { ...whole, mask: inside.map((open) => 1 - open) };
}

/** Middle a and b over the picture. */
function usualTone(rgb: Uint8Array, count: number): [number, number] {
  const step = Math.max(1, Math.floor(count / SAMPLES));
  const sample = new Uint8Array(3 * Math.ceil(count / step));
  for (let i = 0, k = 0; i < count; i += step, k += 1)
    for (let c = 0; c < 3; c += 1) sample[3 * k + c] = rgb[3 * i + c]!;
  const lab = labOfRgb(sample);
  const middle = (c: number) => {
    const values = lab.filter((_, i) => i % 3 === c).sort();
    return values[values.length >> 1]!;
  };
  return [middle(1), middle(2)];
}
