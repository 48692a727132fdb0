import type { Grading } from '#domain/grading.ts';
import type { Inspection } from '#domain/inspection.ts';
import type { Ring } from '#domain/ring.ts';
import { invertHomography, mapPoint } from '#geometry/plane-homography.ts';

export interface OverlayOptions {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly grading: Grading;
  readonly letterOf: (quality: number) => string;
}

/** The inspection as SVG in the frame of the scan's picture, scaled to the given size. Each grade has its colour and its
 *  pattern, so that it is told apart without colour too; a letter stands beside each defect. */
export function overlaySvg(inspection: Inspection, options: OverlayOptions): string {
  const { widthPx, heightPx, grading } = options;
  const toPx = invertHomography(inspection.scan.toMm);
  const kx = widthPx / inspection.scan.widthPx;
  const ky = heightPx / inspection.scan.heightPx;
  const at = (x: number, y: number): [number, number] => {
    const [u, v] = mapPoint(toPx, x, y);
    return [u * kx, v * ky];
  };
  const path = (rings: readonly Ring[]) =>
    rings
      .map(
        (ring) =>
          `M${ring
            .map(([x, y]) =>
              at(x, y)
                .map((v) => v.toFixed(1))
                .join(' '),
            )
            .join('L')}Z`,
      )
      .join('');
  const stroke = Math.max(1, Math.max(widthPx, heightPx) / 900);
  const letterPx = Math.max(11, Math.max(widthPx, heightPx) / 95);
  const isGraded = inspection.defects.filter((d) => d.quality < grading.otherwise);
  const shapes = isGraded.map((d) => {
    const colour = gradeOf(d.quality, grading).colour;
    const outline = path([d.outline, ...d.holes]);
    const halo = `<path d="${outline}" fill="none" stroke="#ffffff" stroke-opacity=".8" stroke-width="${2.4 * stroke}"/>`;
    const body = `<path d="${outline}" fill="url(#g${d.quality})" fill-rule="evenodd" stroke="${colour}" stroke-width="${1.2 * stroke}"/>`;
    return halo + body;
  });
  const letters = isGraded.map((d) => {
    const points = d.outline.map(([x, y]) => at(x, y));
    const right = points.reduce((a, b) => (b[0] > a[0] ? b : a));
    const text = escapeXml(`${options.letterOf(d.quality)} ${d.class}`);
    return `<text x="${(right[0] + 2 * stroke).toFixed(1)}" y="${(right[1] + letterPx / 3).toFixed(1)}">${text}</text>`;
  });
  const rim = path([inspection.outline, ...inspection.holes]);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}" viewBox="0 0 ${widthPx} ${heightPx}">` +
    `<defs>${grading.grades.map((g) => patternOf(g, 7 * stroke)).join('')}</defs>` +
    `<path d="${rim}" fill="none" stroke="#ffffff" stroke-width="${3.4 * stroke}"/>` +
    `<path d="${rim}" fill="none" stroke="#0b6b3a" stroke-width="${1.8 * stroke}"/>` +
    shapes.join('') +
    `<g font-family="Inter, DejaVu Sans, sans-serif" font-weight="600" font-size="${letterPx.toFixed(1)}" fill="#14181b" stroke="#ffffff" ` +
    `stroke-width="${(letterPx / 5).toFixed(1)}" paint-order="stroke" stroke-linejoin="round">${letters.join('')}</g></svg>`
  );
}

function gradeOf(quality: number, grading: Grading): Grading['grades'][number] {
  const falling = [...grading.grades].sort((a, b) => b.quality - a.quality);
  return falling.find((g) => g.quality <= quality) ?? falling.at(-1)!;
}

function patternOf(grade: Grading['grades'][number], step: number): string {
  const open = `<pattern id="g${grade.quality}" width="${step}" height="${step}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">`;
  const ground = `<rect width="${step}" height="${step}" fill="${grade.colour}" fill-opacity=".25"/>`;
  const line = `stroke="${grade.colour}" stroke-width="${step / 5}"`;
  switch (grade.pattern) {
    case 'none':
      return `${open}</pattern>`;
    case 'dots':
      return `${open}${ground}<circle cx="${step / 2}" cy="${step / 2}" r="${step / 6}" fill="${grade.colour}"/></pattern>`;
    case 'lines':
      return `${open}${ground}<path d="M0 ${step / 2}H${step}" ${line}/></pattern>`;
    case 'crossed':
      return `${open}${ground}<path d="M0 ${step / 2}H${step}M${step / 2} 0V${step}" ${line}/></pattern>`;
    case 'solid':
      return `${open}<rect width="${step}" height="${step}" fill="${grade.colour}" fill-opacity=".85"/></pattern>`;
  }
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
