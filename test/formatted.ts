import { readFileSync } from 'node:fs';
import { format, type FormatOptions } from 'oxfmt';

const { printWidth, singleQuote } = JSON.parse(
  readFileSync(new URL('../.oxfmtrc.json', import.meta.url), 'utf8'),
) as Required<FormatOptions>;

/** Text that a test makes for the repository, as `npm run format` leaves it. `name` says by its ending what it is. */
export async function formatted(name: string, text: string): Promise<string> {
  const { code, errors } = await format(name, text, { printWidth, singleQuote });
  if (errors.length > 0) throw new Error(`${name}: ${errors[0]!.message}`);
  return code;
}
