import { KerfError } from '#domain/kerf-error.ts';
import type { ModelCard } from '#domain/model-card.ts';
import type { EvaluationList } from './evaluate-pack.ts';
import { pixelHash } from './good-pictures.node.ts';
import { readLearntPictures } from './pack-files.node.ts';

/** A list that refuses a picture which the pack learnt from, whatever its name or file format is now, and one of a hide
 *  that it learnt from, where groups.csv of both sets names hides: another tile of a known hide is no new hide.
 *  @throws KerfError TUNE_LEAK (when such a picture is read), TUNE_PICTURES_REFUSED */
export async function refuseLeak(list: EvaluationList, packDir: string, card: ModelCard): Promise<EvaluationList> {
  const learnt = await readLearntPictures(packDir, card);
  if (learnt === null) return list;
  const nameOf = new Map(learnt.map((p) => [p.sha256, p.name]));
  const hides = new Set(learnt.flatMap(({ hide }) => hide ?? []));
  return {
    count: list.count,
    picture: async (index) => {
      const picture = await list.picture(index);
      const name = nameOf.get(pixelHash(picture));
      if (name === undefined) {
        const { group } = picture;
        if (group === undefined || !hides.has(group)) return picture;
        throw new KerfError(
          'TUNE_LEAK',
          `${picture.name}: pack ${card.id} learnt from other pictures of hide "${group}". A pack is judged on hides that it never saw: take this hide out of the set.`,
          { details: { pack: card.id, picture: picture.name, hide: group } },
        );
      }
      throw new KerfError(
        'TUNE_LEAK',
        `${picture.name}: pack ${card.id} learnt from this very picture (as "${name}"). A pack is judged on pictures of hides that it never saw: take it out of the set.`,
        { details: { pack: card.id, picture: picture.name, learntAs: name } },
      );
    },
  };
}
