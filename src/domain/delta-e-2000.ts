/** A colour in CIE L*a*b*. */
export type Lab = readonly [number, number, number];

/** Colour difference ΔE2000 of two colours in L*a*b*. @see Sharma, Wu and Dalal 2005, doi 10.1002/col.20070 */
export function deltaE2000(one: Lab, two: Lab): number {
  const chroma = ([, a, b]: Lab) => Math.hypot(a, b);
  const bend = (c: number) => Math.sqrt(c ** 7 / (c ** 7 + 25 ** 7));
  const stretch = 1 + 0.5 * (1 - bend((chroma(one) + chroma(two)) / 2));
  const polar = ([l, a, b]: Lab) => {
    const hue = (Math.atan2(b, a * stretch) * 180) / Math.PI;
    return { l, c: Math.hypot(a * stretch, b), h: hue < 0 ? hue + 360 : hue };
  };
  const [p, q] = [polar(one), polar(two)];
  const isGrey = p.c * q.c === 0;
  let hueStep = q.h - p.h;
  if (hueStep > 180) hueStep -= 360;
  else if (hueStep < -180) hueStep += 360;
  if (isGrey) hueStep = 0;
  let hueMean = (p.h + q.h) / 2;
  if (isGrey) hueMean = p.h + q.h;
  else if (Math.abs(p.h - q.h) > 180) hueMean += p.h + q.h < 360 ? 180 : -180;
  const l = (p.l + q.l) / 2;
  const c = (p.c + q.c) / 2;
  const t =
    1 - 0.17 * cos(hueMean - 30) + 0.24 * cos(2 * hueMean) + 0.32 * cos(3 * hueMean + 6) - 0.2 * cos(4 * hueMean - 63);
  const dl = (q.l - p.l) / (1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2));
  const dc = (q.c - p.c) / (1 + 0.045 * c);
  const dh = (2 * Math.sqrt(p.c * q.c) * sin(hueStep / 2)) / (1 + 0.015 * c * t);
  const rotation = -2 * bend(c) * sin(60 * Math.exp(-(((hueMean - 275) / 25) ** 2)));
  return Math.sqrt(dl * dl + dc * dc + dh * dh + rotation * dc * dh);
}

function cos(degrees: number): number {
  return Math.cos((degrees * Math.PI) / 180);
}

function sin(degrees: number): number {
  return Math.sin((degrees * Math.PI) / 180);
}
