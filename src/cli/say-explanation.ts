import type { Explanation, RuleCost, WhyLeftOut } from '#nest/explain.ts';
import type { NestProblem } from '#nest/nest-problem.ts';
import type { Terminal } from './terminal.ts';

const WHY: Readonly<Record<WhyLeftOut, string>> = {
  size: 'too large for every sheet in any rotation',
  rotation: 'fits only if it may turn freely: its rotation or grain forbids it',
  grade: 'no sheet has a faultless place of its grade that is large enough',
  both: 'fits only if it may turn freely and any grade does: its rotation or grain forbids it, and so does its grade',
  lock: 'fits only where a locked piece lies',
  worth: 'would have to take the place of',
  time: 'found room beside the others when the search went on: give it more time',
  kit: 'fits, but not on one sheet or in like shade with the rest of its kit',
  room: 'fits an empty sheet, and found no room beside the others',
  unanswered: 'why was not told in the second that is taken for it',
};
const RULE: Readonly<Record<RuleCost['rule'], string>> = {
  lock: 'the locked pieces',
  grade: 'the grades',
  rotation: 'rotation and grain',
  spacing: 'the spacing',
  margin: 'the margin',
  kit: 'the sheet or shade of kits',
};

/** Kinds that are named of which nothing is told. */
const MOST_UNANSWERED = 10;

/** A line for each kind of piece left out, one for each rule that cost something, and one for each
 *  pair. */
export function sayExplanation(
  terminal: Terminal,
  problem: NestProblem,
  { leftOut, costs, unanswered, pairs }: Explanation,
): void {
  const name = (piece: number) => `"${problem.pieces[piece]?.name ?? piece}"`;
  const silent = leftOut.filter((l) => l.why === 'unanswered').slice(MOST_UNANSWERED);
  for (const { piece, count, why, inPlaceOf } of leftOut.filter((l) => !silent.includes(l))) {
    const others = inPlaceOf.map((p) => `${p.count} x ${name(p.piece)}`).join(', ');
    terminal.say(`  left out: ${name(piece)} (${count}): ${WHY[why]}${others ? ` ${others}` : ''}`);
  }
  if (silent.length > 0) terminal.say(`  and ${silent.length} more kinds left out of which nothing was told`);
  for (const { rule, gain, pieces } of costs) {
    if (gain > 0) terminal.say(`  ${RULE[rule]} cost about ${(100 * gain).toFixed(1)} points (${pieces} pieces)`);
  }
  if (unanswered.length > 0)
    terminal.say(`  not told in time: what ${unanswered.map((rule) => RULE[rule]).join(', ')} cost`);
  for (const { left, right, pairs: count, torn, meanDistance, farthest, grainOff } of pairs) {
    const apart =
      meanDistance === null ? '' : `, ${meanDistance.toFixed(0)} apart on average, ${farthest!.toFixed(0)} at most`;
    const grain = grainOff === null ? '' : `, grain unlike by ${grainOff.toFixed(1)} degrees`;
    const alone = torn > 0 ? `, ${torn} torn between sheets or without the other` : '';
    terminal.say(`  pair ${name(left)} and ${name(right)}: ${count}${apart}${grain}${alone}`);
  }
}
