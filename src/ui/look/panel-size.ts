/** A target is 20 mm on the glass (UX.md), and drawn 80 px. */
const TARGET_MM = 20;
const TARGET_PX = 80;
/** Below this the run screen has no room for its words, px. */
const LEAST_WIDTH_PX = 1180;
const LEAST_HEIGHT_PX = 720;

/** Diagonals that panels come in, inches. */
export const PANEL_INCHES = [12.1, 15, 15.6, 18.5, 21.5] as const;

/** By how much a page is enlarged so that its targets are 20 mm. Never so much that its words lose their room; a few per
 *  cent are left alone. */
export function panelScale(widthPx: number, heightPx: number, inches: number): number {
  const pxPerMm = Math.hypot(widthPx, heightPx) / (inches * 25.4);
  const wanted = (TARGET_MM * pxPerMm) / TARGET_PX;
  const most = Math.min(widthPx / LEAST_WIDTH_PX, heightPx / LEAST_HEIGHT_PX);
  const scale = Math.max(1, Math.min(wanted, most));
  return scale < 1.04 ? 1 : scale;
}

export interface PanelSize {
  /** Inches; null: not told, the page keeps its size. */
  inches(): number | null;
  choose(inches: number | null): void;
}

const KEY = 'kerf.panelInches';

/** The panel's size as kept on this panel; all sizes follow it. */
export function panelSize(): PanelSize {
  const read = () => {
    const kept = Number(localStorage.getItem(KEY));
    return PANEL_INCHES.find((known) => known === kept) ?? null;
  };
  const apply = () => {
    const inches = read();
    const scale = inches === null ? 1 : panelScale(window.innerWidth, window.innerHeight, inches);
    document.documentElement.style.setProperty('--panel-scale', String(scale));
  };
  window.addEventListener('resize', apply);
  apply();
  return {
    inches: read,
    choose(inches) {
      if (inches === null) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, String(inches));
      apply();
    },
  };
}
