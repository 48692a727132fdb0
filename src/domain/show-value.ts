/** A value as an error says what it found: JSON, cut where it is long.
 *  @param most characters */
export function showValue(value: unknown, most = 60): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value);
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    // JSON of a hundred thousand brackets can be read and not be written: it takes the stack.
    text = Array.isArray(value) ? 'a list that is nested too deeply' : 'an object that is nested too deeply';
  }
  return text.length > most ? `${text.slice(0, most - 3)}…` : text;
}
