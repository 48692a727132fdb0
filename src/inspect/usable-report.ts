import { gradeName, type Grading } from '#domain/grading.ts';
import type { Inspection } from '#domain/inspection.ts';
import { flatRing } from '#domain/ring.ts';
import type { UsableReport } from '#domain/usable-report.ts';
import { ringArea } from '#geometry/ring-area.ts';
import { roundToThousandth } from '#geometry/round-to-thousandth.ts';
import { regionMm2 } from './grade-regions.ts';

/** Usable area by grade in percent of the hide, after the manner of leather's cutting-value grading: what counts is the share
 *  of the hide that reaches a grade, not how many defects there are. Figures of one hide add up to 100 %. */
export function usableReport(inspection: Inspection, grading: Grading): UsableReport {
  const grossMm2 = Math.abs(ringArea(flatRing(inspection.outline)));
  const share = (areaMm2: number) =>
    grossMm2 === 0 ? 0 : roundToThousandth(Math.min(100, (100 * areaMm2) / grossMm2));
  const areaOf = (quality: number) => inspection.usableMm2[String(quality)] ?? 0;
  const seen = Object.keys(inspection.usableMm2).map(Number);
  const qualities = [...new Set([...grading.grades.map((g) => g.quality), ...seen])]
    .filter((quality) => quality > 0)
    .sort((a, b) => b - a);
  let reached = 0;
  const grades = qualities.map((quality) => {
    const areaMm2 = areaOf(quality);
    reached += areaMm2;
    return { name: gradeName(quality, grading), quality, areaMm2, percent: share(areaMm2), atLeast: share(reached) };
  });
  const lostMm2 = Math.max(0, grossMm2 - reached);
  const doubtful = inspection.defects.filter(
    (d) => grading.doubt.then === 'ask' && d.source === 'model' && d.doubt > grading.doubt.above,
  );
  return {
    kerf: 1,
    scan: inspection.scan.sha256,
    pack: inspection.pack.id,
    grading: grading.id,
    grossMm2: roundToThousandth(grossMm2),
    grades,
    lostMm2: roundToThousandth(lostMm2),
    lostPercent: share(lostMm2),
    ...(inspection.leftOut && { leftOutMm2: roundToThousandth(inspection.leftOut.areaMm2) }),
    marks: tally(inspection.defects.map((d) => [d.class, d.areaMm2])).map((row) => ({
      class: row.name,
      count: row.count,
      areaMm2: roundToThousandth(row.areaMm2),
      percent: share(row.areaMm2),
    })),
    regions: tally(inspection.regions.map((r) => [r.kind, r.areaMm2 ?? regionMm2(r)])).map((row) => ({
      kind: row.name,
      count: row.count,
      areaMm2: roundToThousandth(row.areaMm2),
    })),
    doubtfulCount: doubtful.length,
    doubtfulMm2: roundToThousandth(doubtful.reduce((sum, d) => sum + d.areaMm2, 0)),
  };
}

function tally(marks: readonly (readonly [string, number])[]): { name: string; count: number; areaMm2: number }[] {
  const rows = new Map<string, { name: string; count: number; areaMm2: number }>();
  for (const [name, areaMm2] of marks) {
    const row = rows.get(name) ?? { name, count: 0, areaMm2: 0 };
    rows.set(name, { name, count: row.count + 1, areaMm2: row.areaMm2 + areaMm2 });
  }
  return [...rows.values()].sort((a, b) => b.areaMm2 - a.areaMm2);
}

/** The report as people read it. */
export function usableText(report: UsableReport): string {
  const m2 = (mm2: number) => `${(mm2 / 1e6).toFixed(3)} m²`.padStart(10);
  const cell = (value: number) => `${value.toFixed(1)} %`.padStart(8);
  const lines = [
    `hide ${report.scan.slice(0, 12)}, model ${report.pack}, grading ${report.grading}`,
    `gross ${m2(report.grossMm2).trim()}`,
    '',
    'grade       area  of gross  or better',
    ...report.grades.map((g) => `${g.name.padEnd(5)} ${m2(g.areaMm2)} ${cell(g.percent)}   ${cell(g.atLeast)}`),
    `lost  ${m2(report.lostMm2)} ${cell(report.lostPercent)}`,
    ...(report.leftOutMm2 === undefined ? [] : [`      ${m2(report.leftOutMm2)} of it cut off by marks`]),
    '',
    ...report.marks.map(
      (m) => `${String(m.count).padStart(4)} ${m.class.padEnd(18)} ${m2(m.areaMm2)} ${cell(m.percent)}`,
    ),
    ...report.regions.map((r) => `${String(r.count).padStart(4)} ${`region ${r.kind}`.padEnd(18)} ${m2(r.areaMm2)}`),
  ];
  if (report.doubtfulCount > 0)
    lines.push(
      '',
      `${report.doubtfulCount} marks wait for a person: up to ${m2(report.doubtfulMm2).trim()} may change.`,
    );
  return `${lines.join('\n')}\n`;
}
