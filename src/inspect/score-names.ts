import type { ModelCard } from '#domain/model-card.ts';

/** Pictures of `--scores` that are of no class. */
const OTHERS: ReadonlySet<string> = new Set(['defect', 'doubt', 'mask']);
/** What no file may be called on any system of ours: paths, hidden files, devices, and what ends in a dot or a blank. */
const NO_FILE = /[/\\:*?"<>|\p{Cc}]|^[. ]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu;
const LONGEST = 80;
/** What classes are called that have no name for a file: `class-` and their position in the card. */
const NUMBERED = /^class-\d+$/i;

/** Names of the classes' pictures in `--scores`, without their ending: the classes' own, or their position where that is no name
 *  for a file, is another picture's, or an earlier class's. A pack of one defect may call it "defect": it is any defect. */
export function scoreNames(classes: ModelCard['classes']): string[] {
  const taken = new Set<string>();
  return classes.map(({ name }, i) => {
    const key = name.toLowerCase();
    const isAny = key === 'defect' && i === 1 && classes.length === 2;
    const isNone = name === '' || name.length > LONGEST || NO_FILE.test(name) || NUMBERED.test(name);
    const own = isNone || (OTHERS.has(key) && !isAny) || taken.has(key) ? `class-${i}` : name;
    taken.add(own.toLowerCase());
    return own;
  });
}
