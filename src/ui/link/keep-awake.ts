/** Keeps the panel's screen on while the page is shown, where the browser can; the system takes the lock back whenever
 *  the page is hidden. In Electron the kiosk does it. */
export function keepAwake(): void {
  const ask = async () => {
    if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    try {
      await navigator.wakeLock.request('screen');
    } catch {
      // Refused: a battery that is low, a page that is not trusted. The panel's own settings hold.
    }
  };
  document.addEventListener('visibilitychange', () => void ask());
  void ask();
}
