/** One wave by which the grain's lines are bent. Millimetres and degrees; `along` is the direction in which it runs. */
export interface FlowWave {
  readonly height: number;
  readonly length: number;
  readonly along: number;
  readonly phase: number;
}

/** Lines of grain that bend over the hide: without waves they are straight. */
export interface GrainFlow {
  readonly waves: readonly FlowWave[];
}

/** How far the lines are moved sideways at a pixel, in pixels. */
export function flowOffsetPx(flow: GrainFlow, u: number, v: number, mmPerPx: number): number {
  let offset = 0;
  for (const wave of flow.waves) {
    const turn = (wave.along * Math.PI) / 180;
    const way = (u * Math.cos(turn) + v * Math.sin(turn)) * mmPerPx;
    offset += (wave.height / mmPerPx) * Math.sin((2 * Math.PI * way) / wave.length + wave.phase);
  }
  return offset;
}

/** True direction of drawn-out grains at a pixel, degrees of the table frame (counter-clockwise, modulo 180): the direction
 *  in which the drawn texture changes least, by the derivative of what `drawGrain` lays it on. */
export function flowAngle(
  look: { readonly grainAngle: number; readonly grainStretch: number },
  flow: GrainFlow,
  at: { readonly u: number; readonly v: number; readonly mmPerPx: number },
): number {
  const { u, v, mmPerPx } = at;
  const angle = (look.grainAngle * Math.PI) / 180;
  const step = 0.5;
  const slopeU = (flowOffsetPx(flow, u + step, v, mmPerPx) - flowOffsetPx(flow, u - step, v, mmPerPx)) / (2 * step);
  const slopeV = (flowOffsetPx(flow, u, v + step, mmPerPx) - flowOffsetPx(flow, u, v - step, mmPerPx)) / (2 * step);
  // Rows of the derivative: along the grain (shorter by the stretch), across it.
  const alongU = Math.cos(angle) / look.grainStretch;
  const alongV = Math.sin(angle) / look.grainStretch;
  const acrossU = -Math.sin(angle) + slopeU;
  const acrossV = Math.cos(angle) + slopeV;
  const uu = alongU ** 2 + acrossU ** 2;
  const uv = alongU * alongV + acrossU * acrossV;
  const vv = alongV ** 2 + acrossV ** 2;
  // Most change along this direction (y down); least across it.
  const most = 0.5 * Math.atan2(2 * uv, uu - vv);
  const degrees = 90 - (most * 180) / Math.PI;
  return ((degrees % 180) + 180) % 180;
}
