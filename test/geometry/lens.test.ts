import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bendPoint, lensFor, straightenPoint } from '#geometry/lens.ts';
import { invertHomography, mapPoint } from '#geometry/plane-homography.ts';
import { poseOf, raisePlane } from '#acquire/raise-plane.ts';
import type { Lens } from '#domain/calibration.ts';
import { planeToStraight } from '../acquire/bent-camera.ts';

const lens: Lens = {
  matrix: [1600, 0, 1010, 0, 1605, 745, 0, 0, 1],
  distortion: [-0.21, 0.06, 0.0008, -0.0005, -0.01],
};

describe('a lens', () => {
  it('bends a straightened point back to where it was seen', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2000, noNaN: true }),
        fc.double({ min: 0, max: 1500, noNaN: true }),
        (u, v) => {
          const back = bendPoint(lens, ...straightenPoint(lens, u, v));
          expect(Math.hypot(back![0] - u, back![1] - v)).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it('shows nothing of what lies beyond its fold', () => {
    // r (1 - 0.5 r²) turns round at r = 0.816: 1306 px from the middle.
    const strong: Lens = { ...lens, distortion: [-0.5, 0, 0, 0, 0] };
    expect(bendPoint(strong, 1010 + 1200, 745)).not.toBeNull();
    expect(bendPoint(strong, 1010 + 1400, 745)).toBeNull();
  });

  it('is scaled with the picture, and is not that of a picture of another shape', () => {
    const calibration = { kerf: 1 as const, id: 'a', tableMarkers: [], widthPx: 2000, heightPx: 1500, ...lens };
    expect(lensFor(calibration, { widthPx: 1000, heightPx: 750 })?.matrix).toEqual([
      800, 0, 505, 0, 802.5, 372.5, 0, 0, 1,
    ]);
    expect(lensFor(calibration, { widthPx: 1500, heightPx: 1500 })).toBeNull();
    expect(lensFor({ kerf: 1, id: 'markers only', tableMarkers: [] }, { widthPx: 2000, heightPx: 1500 })).toBeNull();
  });
});

describe('a plane above the table', () => {
  // The table's own y points up: flip the drawn plane's.
  const up = (h: readonly number[]) => h.map((value, i) => (i % 3 === 1 ? -value : value));

  it.each([0, 20, 45])('seen at %d degrees is found from the table and the height alone', (tilt) => {
    const held = { turns: [tilt, 6, 3], shift: [40, -30, 2100] } as const;
    const toMm = invertHomography(up(planeToStraight(lens, held, [0, 0])));
    const raised = raisePlane(toMm, lens, 5);
    const truth = up(planeToStraight(lens, held, [0, 0], 5));
    for (const [x, y] of [
      [0, 0],
      [500, 200],
      [-600, 300],
      [300, -400],
    ] as const) {
      const [mx, my] = mapPoint(raised, ...mapPoint(truth, x, y));
      expect(Math.hypot(mx - x, my - y)).toBeLessThan(1e-6);
      const [tx, ty] = mapPoint(toMm, ...mapPoint(truth, x, y));
      // Without it the place is off by the height times the tangent of the angle.
      if (tilt === 45) expect(Math.hypot(tx - x, ty - y)).toBeGreaterThan(3);
    }
  });

  it('comes with the pose of the camera', () => {
    const held = { turns: [15, 0, 0], shift: [0, 0, 1800] } as const;
    const { rotation, shift } = poseOf(invertHomography(up(planeToStraight(lens, held, [0, 0]))), lens);
    expect(shift[2]).toBeCloseTo(1800, 6);
    expect(rotation[0]).toBeCloseTo(1, 9);
    expect(rotation[4]).toBeCloseTo(-Math.cos((15 * Math.PI) / 180), 9);
  });
});
