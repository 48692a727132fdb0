// What Chromium keeps for the kiosk: the person's name, the panel's size, language and look lie in it, and what a scan after
// cutting was decided so far.
import { lstatSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Chromium's word for "allowed" among its settings of a site. */
const ALLOWED = 1;

/** Makes the profile ready for a start and gives its folder. The station's page may use the camera, no other page may;
 *  whatever else Chromium wrote there stays.
 *  @param dataDir the station's data folder
 *  @param address where the page is
 *  @param isOwn a station's own window; one that shows a station elsewhere, or the projector's page, has a profile of its own:
 *  Chromium opens no second window over the whole screen by one that is in use */
export function readyProfile(dataDir, address, isOwn) {
  const { origin, host, pathname } = new URL(address);
  const name = isOwn ? 'kiosk' : `kiosk-${`${host}${pathname}`.replaceAll(/[^\w.]+/g, '-').replace(/-$/, '')}`;
  const folder = join(dataDir, name);
  mkdirSync(dataDir, { recursive: true });
  // What the page keeps is this user's alone.
  mkdirSync(join(folder, 'Default'), { recursive: true, mode: 0o700 });
  freeProfile(folder);
  const path = join(folder, 'Default', 'Preferences');
  const found = readPreferences(path);
  const preferences = {
    ...found,
    profile: {
      ...found.profile,
      // After a power cut: no bubble that asks whether to restore pages.
      exit_type: 'Normal',
      exited_cleanly: true,
      content_settings: {
        ...found.profile?.content_settings,
        exceptions: {
          ...found.profile?.content_settings?.exceptions,
          media_stream_camera: { [`${origin},*`]: { setting: ALLOWED } },
        },
      },
    },
  };
  writeFileSync(`${path}.new`, JSON.stringify(preferences), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return folder;
}

/** What Chromium is started with. */
export function kioskFlags(address, profile) {
  return [
    `--app=${address}`,
    '--kiosk',
    `--user-data-dir=${profile}`,
    ...['--no-first-run', '--disable-sync', '--disable-background-networking', '--disable-component-update'],
    ...['--disable-pinch', '--overscroll-history-navigation=0', '--disable-quic', '--noerrdialogs'],
    // Nobody stands there to answer; what the profile allows is not asked.
    ...['--deny-permission-prompts', '--hide-crash-restore-bubble'],
    // The profile stays, and scans are large.
    '--disk-cache-size=67108864',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}

/** Cut short by a power cut, or no JSON: as if there were none. */
function readPreferences(path) {
  try {
    const found = JSON.parse(readFileSync(path, 'utf8'));
    return typeof found === 'object' && found !== null ? found : {};
  } catch (error) {
    if (error.code !== 'ENOENT' && !(error instanceof SyntaxError)) throw error;
    return {};
  }
}

/** A power cut leaves Chromium's lock, `HOST-PID`. It forgets one of a process that is gone, but not one of another host:
 *  a panel whose name has changed since would open no window. */
function freeProfile(folder) {
  const lock = join(folder, 'SingletonLock');
  if (!lstatSync(lock, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  if (!readlinkSync(lock).startsWith(`${hostname()}-`)) rmSync(lock);
}
