/** The closed path of most gain past all places, neighbours at most one choice apart: `gain` has a row of choices a place, `ease` is
 *  what such a step costs. Found on two rounds: the middle of them has forgotten where it began. O(gain). @see Amini, Weymouth and
 *  Jain 1990, Using dynamic programming for solving variational problems in vision */
export function mostGainfulPath(gain: Float32Array, places: number, ease: number): Int32Array {
  const choices = gain.length / places;
  const rounds = 2 * places;
  const came = new Int8Array(rounds * choices);
  let now = new Float64Array(choices);
  let next = new Float64Array(choices);
  for (let t = 0; t < rounds; t += 1) {
    const row = (t % places) * choices;
    for (let k = 0; k < choices; k += 1) {
      let best = now[k]!;
      let from = 0;
      for (const step of [-1, 1]) {
        const other = now[k + step];
        if (other === undefined || other - ease <= best) continue;
        best = other - ease;
        from = step;
      }
      next[k] = best + gain[row + k]!;
      came[t * choices + k] = from;
    }
    [now, next] = [next, now];
  }
  const path = new Int32Array(places);
  let k = now.indexOf(Math.max(...now));
  const end = rounds - (places >> 1);
  for (let t = rounds - 1; t >= end - places; t -= 1) {
    if (t < end) path[t % places] = k;
    k += came[t * choices + k]!;
  }
  return path;
}
