import { setImmediate } from 'node:timers/promises';

/** So many characters are a millisecond or two of writing on a slow machine. */
const TURN_LENGTH = 100_000;
const CHUNK = 32;
/** Long lists lie so deep in our documents: `zones` of the `sheet` of an inspection. */
const DEPTH = 2;

/** The text of `JSON.stringify(document)`, written with a turn of the event loop now and then: an inspection of a whole
 *  hide at once would hold it for 15 to 30 ms. For plain documents, without `toJSON`. */
export async function jsonInTurns(document: object): Promise<string> {
  let written = 0;
  const rest = async (text: string): Promise<string> => {
    written += text.length;
    if (written >= TURN_LENGTH) {
      written = 0;
      await setImmediate();
    }
    return text;
  };

  const list = async (values: readonly unknown[]): Promise<string> => {
    const chunks: string[] = [];
    for (let from = 0; from < values.length; from += CHUNK)
      chunks.push(await rest(JSON.stringify(values.slice(from, from + CHUNK)).slice(1, -1)));
    return `[${chunks.join(',')}]`;
  };

  const fields = async (value: object, depth: number): Promise<string> => {
    const texts: string[] = [];
    for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
      let text: string | undefined;
      if (Array.isArray(inner)) text = await list(inner);
      else if (typeof inner === 'object' && inner !== null && depth < DEPTH) text = await fields(inner, depth + 1);
      else text = JSON.stringify(inner);
      if (text !== undefined) texts.push(await rest(`${JSON.stringify(name)}:${text}`));
    }
    return `{${texts.join(',')}}`;
  };
  return fields(document, 1);
}
