const BARS = '▁▂▃▄▅▆▇█';
const SHOWN = 24;

/** The losses so far as one short line for a terminal: a bar a look, high is bad, and the last two numbers. */
export function lossCurve(curve: readonly (readonly [number, number, number])[]): string {
  const last = curve.at(-1);
  if (!last) return '';
  const held = curve.slice(-SHOWN).map((look) => look[2]);
  const low = Math.min(...held);
  const span = Math.max(1e-9, Math.max(...held) - low);
  const bars = held.map((v) => BARS[Math.min(BARS.length - 1, Math.floor(((v - low) / span) * BARS.length))]!);
  return `${bars.join('')} loss ${last[1].toFixed(3)}, held back ${last[2].toFixed(3)}`;
}
