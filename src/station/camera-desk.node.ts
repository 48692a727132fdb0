import type { CameraView } from '#api/engineer-views.ts';
import { CAMERA_TROUBLES, type CameraGlance } from '#acquire/camera.ts';
import { feedPort, isLiveSource } from '#acquire/source-address.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { StationCore } from './station-core.node.ts';

/** Windows that ask within this get the same picture, ms: one that shows it asks for its facts too. */
const SAME_MS = 400;

export interface CameraDesk {
  view(): Promise<CameraView>;
  /** A JPEG. @throws KerfError STATION_NOTHING_HERE */
  picture(): Promise<Uint8Array>;
}

/** What people see through the camera, without touching a job. */
export function cameraDesk(core: StationCore): CameraDesk {
  const { rooms, source, clock } = core.options;
  const ofWindow = { feedPort: feedPort(source) };
  /** Of a camera that a window is to give pictures of: whoever asks may be that window, and is not kept waiting for them. */
  let isAwaited = ofWindow.feedPort !== null;
  let latest: { readonly atMs: number; readonly glance: CameraGlance } | null = null;

  async function glance(): Promise<CameraGlance | null> {
    if (latest && clock.monotonicMs() - latest.atMs < SAME_MS) return latest.glance;
    const seen = (await rooms.glance?.()) ?? null;
    isAwaited &&= seen === null;
    latest = seen && { atMs: clock.monotonicMs(), glance: seen };
    return seen;
  }

  return {
    async view() {
      const isLive = isLiveSource(source);
      const asked = isLive ? glance() : null;
      if (isAwaited) asked?.catch(() => undefined);
      const seen = isAwaited ? null : await asked;
      const standing = new Set<string>(core.alarms.active.map(({ code }) => code));
      const troubles = isLive ? CAMERA_TROUBLES.filter((code) => standing.has(code)) : [];
      if (!seen) return { isLive, troubles, ...ofWindow, picture: null };
      const { takenAt, widthPx, heightPx, look } = seen;
      const { bright, burntShare, edgePx } = look;
      return {
        isLive,
        troubles,
        ...ofWindow,
        picture: {
          ...{ takenAt, widthPx, heightPx, bright, burntShare },
          edgePx: edgePx && Math.max(edgePx.across, edgePx.down),
        },
      };
    },
    async picture() {
      const seen = await glance();
      if (!seen)
        throw new KerfError('STATION_NOTHING_HERE', 'There is no picture of a live camera now; GET /camera says why.');
      return seen.jpeg;
    },
  };
}
