/** Once the browser has painted what the finger did: what takes longer than a frame is computed after it. */
export function nextPaint(): Promise<void> {
  return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}
