import type { Grading } from '#domain/grading.ts';
import type { Defect } from '#domain/inspection.ts';
import { roundToThousandth } from '#geometry/round-to-thousandth.ts';
import { labOfRgb } from './colour-lab.ts';
import type { ChalkColour, SeenStroke } from './find-chalk.ts';

type Chalk = NonNullable<Grading['chalk']>[number];

/** The agreed colours as the eyes compare them. */
export function chalkColours(grading: Grading): ChalkColour[] {
  return (grading.chalk ?? []).map(({ name, colour }) => {
    const byte = (at: number) => Number.parseInt(colour.slice(at, at + 2), 16);
    const [l, a, b] = labOfRgb(Uint8Array.of(byte(1), byte(3), byte(5)));
    return { name, lab: [l!, a!, b!] };
  });
}

/** Strokes as marks of an inspection: sure, and of the quality that was agreed for their colour. */
export function chalkMarks(strokes: readonly SeenStroke[], grading: Grading): Defect[] {
  return strokes.map((stroke, i) => ({
    id: `c${i + 1}`,
    class: stroke.name,
    outline: stroke.outline,
    holes: [],
    areaMm2: roundToThousandth(stroke.areaMm2),
    confidence: 1,
    doubt: 0,
    quality: chalkOf(stroke.name, grading)?.quality ?? grading.otherwise,
    source: 'chalk',
    by: null,
    at: null,
  }));
}

/** Distance kept round a stroke of this name. */
export function chalkMargin(name: string, grading: Grading): number {
  return chalkOf(name, grading)?.margin ?? 0;
}

function chalkOf(name: string, grading: Grading): Chalk | undefined {
  return grading.chalk?.find((c) => c.name === name);
}
