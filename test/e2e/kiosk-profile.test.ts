import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kioskFlags, readyProfile } from '../../scripts/kiosk-profile.mjs';
import { chromiumPath } from './browser.ts';

/** What the kiosk's profile and flags come to in Chromium itself. */

let server: Server;
let dir = '';
let address = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kerf-kiosk-profile-'));
  server = createServer((_request, answer) => answer.setHeader('content-type', 'text/html').end('<p>page</p>'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server?.close();
  await rm(dir, { recursive: true, force: true });
});

/** One start of the kiosk: what a page is given of the devices, and what it kept the last time. */
async function ask(url: string): Promise<readonly (string | null)[]> {
  const profile = readyProfile(dir, address, true);
  // The driver names profile and page itself.
  const flags = kioskFlags(address, profile).filter((flag) => !/^--(app|user-data-dir)=/.test(flag));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath()!,
    args: [...flags, '--use-fake-device-for-media-stream'],
  });
  try {
    const page = await context.newPage();
    await page.goto(url);
    return await page.evaluate(async () => {
      const given = (devices: MediaStreamConstraints) =>
        navigator.mediaDevices.getUserMedia(devices).then(
          (stream) => stream.getTracks().map(({ kind }) => kind)[0]!,
          (error: Error) => error.name,
        );
      const kept = localStorage.getItem('kept');
      localStorage.setItem('kept', 'name');
      return [await given({ video: true }), await given({ audio: true }), kept];
    });
  } finally {
    await context.close();
  }
}

it('Chromium gives the camera to the station’s page, unasked, nothing else to it and nothing to another', async () => {
  expect(await ask(address)).toEqual(['video', 'NotAllowedError', null]);
  // The same server under another name is another origin.
  expect(await ask(address.replace('127.0.0.1', 'localhost'))).toEqual(['NotAllowedError', 'NotAllowedError', null]);
  expect(await ask(address)).toEqual(['video', 'NotAllowedError', 'name']);
});
