import { KerfError } from '#domain/kerf-error.ts';
import type { ModelCard } from '#domain/model-card.ts';
import type { EvaluationList } from './evaluate-pack.ts';
import { pixelHash } from './good-pictures.node.ts';
import { readLearntPictures } from './pack-files.node.ts';

/** A list that refuses a picture which the pack learnt from, whatever its name or file format is now.
 *  @throws KerfError TUNE_LEAK (when such a picture is read), TUNE_PICTURES_REFUSED */
export async function refuseLeak(list: EvaluationList, packDir: string, card: ModelCard): Promise<EvaluationList> {
  const learnt = await readLearntPictures(packDir, card);
  if (learnt === null) return list;
  const nameOf = new Map(learnt.map((p) => [p.sha256, p.name]));
  return {
    count: list.count,
    picture: async (index) => {
      const picture = await list.picture(index);
      const name = nameOf.get(pixelHash(picture));
      if (name === undefined) return picture;
      throw new KerfError(
        'TUNE_LEAK',
        `${picture.name}: pack ${card.id} learnt from this very picture (as "${name}"). A pack is judged on pictures of hides that it never saw: take it out of the set.`,
        { details: { pack: card.id, picture: picture.name, learntAs: name } },
      );
    },
  };
}
