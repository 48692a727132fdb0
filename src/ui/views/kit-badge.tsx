/** Hues of kits in turn. */
export const KIT_HUES = ['var(--p-t1)', 'var(--p-w)', 'var(--p-n)', 'var(--p-t2)', 'var(--p-t3)'];

/** A product's letter on its hue, as its pieces wear it on the hide. The name stands beside it. */
export function KitBadge({ name, position }: { readonly name: string; readonly position: number }) {
  return (
    <span
      className="kit-badge"
      style={{ background: KIT_HUES[Math.max(0, position) % KIT_HUES.length] }}
      aria-hidden="true"
    >
      {name.slice(0, 1).toUpperCase()}
    </span>
  );
}
