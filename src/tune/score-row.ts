import type { ModelCard } from '#domain/model-card.ts';
import type { ReliabilityBin } from './reliability.ts';
import type { Evaluation } from './summarise-evaluation.ts';

export type ScoreRow = ModelCard['scores'][number];

/** What a card keeps of an evaluation. */
export function scoreRow(set: string, date: string, e: Evaluation): ScoreRow {
  return {
    set,
    date,
    pixelF1: rounded(e.pixelF1),
    pixelF1AtThreshold: rounded(e.pixelF1AtThreshold),
    ap: rounded(e.ap),
    auroc: rounded(e.auroc),
    aupro30: rounded(e.aupro30),
    ece: rounded(e.ece),
    objectRecall: rounded(e.objectRecall),
    falsePerM2: rounded(e.falsePerM2),
    perClass: Object.fromEntries(
      Object.entries(e.perClass).map(([name, c]) => [
        name,
        { pixelF1: rounded(c.pixelF1), ap: rounded(c.ap), tolerantF1: rounded(c.tolerantF1) },
      ]),
    ),
    ci95: [rounded(e.ci95[0]), rounded(e.ci95[1])],
    images: e.images,
  };
}

/** The same with how far probabilities and the confidence of marks came true, bin by bin: of packs, whose scores are
 *  probabilities. */
export function packScoreRow(set: string, date: string, e: Evaluation): ScoreRow {
  const bins = (list: readonly ReliabilityBin[]) =>
    list.map((b) => ({
      from: rounded(b.from),
      to: rounded(b.to),
      stated: b.stated === null ? null : rounded(b.stated),
      seen: b.seen === null ? null : rounded(b.seen),
      share: rounded(b.share),
    }));
  const { count, ece, eceByChance, reliability } = e.marks;
  return {
    ...scoreRow(set, date, e),
    eceFrom: { least: e.eceFrom.least, ece: rounded(e.eceFrom.ece), share: rounded(e.eceFrom.share) },
    reliability: bins(e.reliability),
    marks: {
      count,
      ece: ece === null ? null : rounded(ece),
      eceByChance: eceByChance === null ? null : rounded(eceByChance),
      reliability: bins(reliability),
    },
  };
}

export function rounded(v: number): number {
  return Math.round(v * 1e4) / 1e4;
}
