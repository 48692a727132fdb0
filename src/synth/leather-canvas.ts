import type { Random } from '#domain/ports.ts';
import { logBetween } from './chance.ts';
import { maskIndexOf, type DefectKind } from './defect-kinds.ts';
import type { LeatherLook } from './leather-look.ts';
import { makeNoiseField, type NoiseField } from './lattice-noise.ts';

export interface DrawnObject {
  readonly kind: DefectKind;
  /** The table is seen through it. */
  readonly isOpen: boolean;
}

/** What is painted before the camera looks: planes of widthPx x heightPx, row by row from the top. They are written in
 *  place, by the functions of this room alone, for speed. */
export interface LeatherCanvas {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mmPerPx: number;
  readonly look: LeatherLook;
  readonly random: Random;
  readonly noise: NoiseField;
  /** Mean difference between neighbours, share of the brightness, of the real picture that this is drawn for; the canvas
   *  itself then holds no grain. */
  readonly grainSeen?: number;
  /** Height of the surface; a slope of 1 a pixel towards the light doubles the brightness. */
  readonly relief: Float32Array;
  /** Brightness added, share of the base. */
  readonly lightness: Float32Array;
  /** Redder and yellower (positive) or bluer, share. */
  readonly warmth: Float32Array;
  /** 0..1: raw fibre seen instead of the finished surface. */
  readonly fibre: Float32Array;
  /** 0..1: what lies below is seen. */
  readonly open: Float32Array;
  /** Class index of the mask, and 1-based position in `objects`; 0 is good. */
  readonly label: Uint8Array;
  readonly owner: Uint16Array;
  readonly objects: DrawnObject[];
}

export function makeCanvas(
  size: { readonly widthPx: number; readonly heightPx: number; readonly mmPerPx: number },
  look: LeatherLook,
  random: Random,
): LeatherCanvas {
  const count = size.widthPx * size.heightPx;
  return {
    widthPx: size.widthPx,
    heightPx: size.heightPx,
    mmPerPx: size.mmPerPx,
    look,
    random,
    noise: makeNoiseField(random),
    relief: new Float32Array(count),
    lightness: new Float32Array(count),
    warmth: new Float32Array(count),
    fibre: new Float32Array(count),
    open: new Float32Array(count),
    label: new Uint8Array(count),
    owner: new Uint16Array(count),
    objects: [],
  };
}

/** Opens a new object; the function it gives marks a pixel as belonging to it. */
export function beginObject(canvas: LeatherCanvas, kind: DefectKind, isOpen = false): (index: number) => void {
  canvas.objects.push({ kind, isOpen });
  const id = canvas.objects.length;
  const index = maskIndexOf(kind);
  return (at) => {
    canvas.label[at] = index;
    canvas.owner[at] = id;
  };
}

/** Contrast of a defect, log-uniform between two bounds, but never below `share` of what the grain itself shows: what is
 *  marked must be there to be seen. */
export function defectStrength(canvas: LeatherCanvas, low: number, high: number, share: number): number {
  const { look, mmPerPx, random } = canvas;
  const seen = Math.min(1, look.grainSize / mmPerPx / 2.5) ** 0.5;
  const least = Math.max(low, look.grainContrast * seen * share, (look.noiseLevels / 255) * share);
  return logBetween(random, least, Math.max(high, least * 1.5));
}
