import { expect, it } from 'vitest';
import { panelScale } from '../../src/ui/look/panel-size.ts';

it('makes 80 px 20 mm: the sizes of UX.md', () => {
  expect(panelScale(1280, 800, 15)).toBe(1);
  // 112 px at 1920 x 1080 on 15.6 inches.
  expect(80 * panelScale(1920, 1080, 15.6)).toBeCloseTo(111.2, 1);
});

it('never shrinks the page, and leaves its words their room', () => {
  expect(panelScale(1280, 800, 24)).toBe(1);
  expect(panelScale(1280, 800, 10)).toBeLessThanOrEqual(800 / 720);
});
