import { knowsScales } from '#inspect/working-scale.ts';
import type { ModelCard } from '#domain/model-card.ts';

const NET =
  'the picture against its own wide mean and deviation (so that unknown grain and colour are their own measure), a small U-Net trained by this repository, asked about the picture and, unless labels taught it, about the same at half its size (the mean counts), softmax over the classes, and doubt (entropy of the answer over its greatest).';
const NORMALITY =
  'sRGB to CIELAB, hand-made channels on a pyramid of three levels, a Gaussian of good material a level, the product of their distances, halos of strong defects taken back, a rising curve to P(defect), and doubt (entropy over its greatest).';

const CONTENTS: Readonly<Record<ModelCard['task'], string>> = {
  classes: NET,
  normality: NORMALITY,
  fused: `${NET} What a Gaussian of good material says is added to the logits.`,
  print: NET,
};

/** README.md of a pack, from its card: how it was made, what it scores. */
export function packReadme(card: ModelCard): string {
  const number = (v: unknown) => (typeof v === 'number' ? v.toFixed(3) : '');
  const rows = card.scores.map((s) => {
    const row = s as typeof s & Readonly<Record<string, unknown>>;
    const interval = s.ci95 ? ` (${s.ci95[0].toFixed(3)} to ${s.ci95[1].toFixed(3)})` : '';
    const own = row as { eceFrom?: { ece?: unknown }; marks?: { ece?: unknown } };
    return `| ${s.set} | ${number(s.pixelF1)}${interval} | ${number(row['pixelF1AtThreshold'])} | ${number(s.ap)} | ${number(row['auroc'])} | ${number(s.aupro30)} | ${number(s.ece)} | ${number(own.eceFrom?.ece)} | ${number(own.marks?.ece)} |`;
  });
  const classes = card.classes
    .slice(1)
    .map(
      (c) =>
        `| ${c.name} | ${c.threshold ?? ''} | ${c.sureFrom ?? c.threshold ?? ''} | ${c.minAreaMm2 ?? ''} | ${c.quality ?? ''} | ${c.margin ?? ''} |`,
    );
  const said = card.markConfidence;
  const told = said
    ? `- What is said of a mark is how often marks of its strength were real (${said.marks} marks, ${said.set}): ${said.strength.map((v, i) => `${v.toFixed(2)} is ${said.real[i]!.toFixed(2)}`).join(', ')}.\n\n`
    : '\n';
  return `# ${card.id} ${card.version}

Written by \`kerf tune\` together with card.json, which holds the same figures.

- Made by: \`${card.training.command}\` (seed ${card.training.seed}, ${card.training.steps} steps, ${card.training.seconds} s${card.training.commit ? `, commit ${card.training.commit}` : ''}). The same command gives the same model.onnx byte for byte.
- Data: ${card.data.map((d) => `${d.name}: ${d.items} pictures, ${d.origin}; ${d.ships ? 'may ship' : 'may NOT ship'} (${d.licence})`).join('; ')}.
- What is in model.onnx: ${CONTENTS[card.task]} Sides are multiples of 32 px.
- Scale: made for ${card.input.mmPerPx} mm a pixel${knowsScales(card) ? ' and good from 0.4 to 2 times that; finer scans are reduced, coarser ones are used as they are' : ', the one that it was taught at; scans over a quarter finer are reduced to it, coarser ones are used as they are, and over a quarter coarser Kerf says so'}.
- Figures are "defect or not" by pixel, all pixels pooled; F1 is the best over one threshold (95 % interval over pictures), then F1 at the card's own thresholds. ECE is the calibration error of all pixels, of those with a probability of .05 or more, and of what is said of marks (real: a tenth of it lies near truth). Drawn hides are not real hides: the figures on them say that the pack does what it was trained for, no more.
${told}| set | pixel F1 | F1 at thresholds | AP | AUROC | AUPRO | ECE | ECE from .05 | ECE of marks |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

A pixel is defect from the threshold of its class on; a mark is sure somewhere.

| class | threshold | sure from | least area mm² | quality | margin mm |
|---|---|---|---|---|---|
${classes.join('\n')}
`;
}
