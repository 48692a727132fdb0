import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';

/** Path of a Chromium, or null: CHROMIUM_PATH, then where Debian, Ubuntu and Google put theirs. */
export function chromiumPath(): string | null {
  const named = process.env['CHROMIUM_PATH'];
  const places = named ? [named] : ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  return places.find((place) => existsSync(place)) ?? null;
}

export interface TestBrowser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** A fresh Chromium at the panel's size, with touch. Nothing of it is kept.
 *  @param camera pictures (MJPEG) that its camera sees, which pages may use unasked; left out: it has none */
export async function testBrowser({ camera }: { readonly camera?: string } = {}): Promise<TestBrowser> {
  const executablePath = chromiumPath();
  if (!executablePath)
    throw new Error(
      'no Chromium found (CHROMIUM_PATH, /usr/bin/chromium, /usr/bin/google-chrome): apt-get install chromium',
    );
  const profile = await mkdtemp(join(tmpdir(), 'kerf-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    viewport: { width: 1280, height: 800 },
    hasTouch: true,
    locale: 'en-GB',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      ...(camera === undefined
        ? []
        : [
            '--use-fake-ui-for-media-stream',
            '--use-fake-device-for-media-stream',
            `--use-file-for-fake-video-capture=${camera}`,
          ]),
    ],
  });
  return {
    context,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
