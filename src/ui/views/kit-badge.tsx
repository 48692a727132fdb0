const HUES = ['var(--p-t1)', 'var(--p-w)', 'var(--p-n)', 'var(--p-t2)', 'var(--p-t3)'];

/** A product's letter on its hue, as its pieces wear it on the hide. The name stands beside it. */
export function KitBadge({ name, position }: { readonly name: string; readonly position: number }) {
  return (
    <span className="kit-badge" style={{ background: HUES[Math.max(0, position) % HUES.length] }} aria-hidden="true">
      {name.slice(0, 1).toUpperCase()}
    </span>
  );
}
