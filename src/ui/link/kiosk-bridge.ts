/** What Electron's preload script gives the page (electron/bridge.ts); nothing of it is there in a browser. */
export interface KioskBridge {
  readonly version: string;
  /** Ends the screens, and the station that they started. */
  quit(): Promise<void>;
}

declare global {
  interface Window {
    readonly kerf?: KioskBridge;
  }
}

/** The kiosk that this page is shown by, or null in a browser. */
export function kioskBridge(): KioskBridge | null {
  return window.kerf ?? null;
}
