import type { ModelCard } from '#domain/model-card.ts';
import type { EvaluationList } from './evaluate-pack.ts';
import { openDataset } from './read-dataset.node.ts';

/** A folder as a list to evaluate on, under its own name. Pictures without a stated scale are taken at the pack's. */
export async function evaluationOf(dir: string, card: ModelCard, mmPerPx?: number): Promise<[string, EvaluationList]> {
  const dataset = await openDataset(dir);
  // Classes that the pack does not know keep their own place, so that each is judged under its own name.
  const known = card.classes.map((c) => c.name);
  const classes = [...known, ...dataset.classNames.filter((name) => !known.includes(name))];
  return [
    dir.split(/[\\/]/).filter(Boolean).at(-1) ?? dir,
    {
      count: dataset.items.length,
      picture: async (i) => ({
        ...(await dataset.read(i, classes, mmPerPx ?? card.input.mmPerPx)),
        className: dataset.items[i]!.className,
        group: dataset.items[i]!.group ?? undefined,
        classes,
      }),
    },
  ];
}
