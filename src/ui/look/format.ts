/** Numbers and units as the locale writes them. Rounding happens here and nowhere else. */
export interface Formats {
  /** Basis points as per cent with one decimal: 7523 becomes 75.2. No sign of per cent: screens set it smaller. */
  percentBp(basisPoints: number): string;
  /** A difference of basis points as points of per cent with its sign: -70 becomes −0.7. */
  differenceBp(basisPoints: number): string;
  /** The month's name. */
  month(date: Date): string;
  /** A share of 1 as per cent, as exact as it matters: 0.018 becomes 1.8, what is under a twentieth of a per cent
   *  one figure. Without a sign. */
  share(share: number): string;
  /** mm² as m² or cm², whichever reads: with its unit. */
  area(areaMm2: number): string;
  /** The same in two parts, for figures that set their unit smaller. */
  areaParts(areaMm2: number): { readonly value: string; readonly unit: string };
  squareMetres(areaMm2: number): string;
  count(value: number): string;
  /** Seconds with one decimal. */
  seconds(seconds: number): string;
  /** 400 becomes 6:40. */
  clock(seconds: number): string;
  metres(lengthMm: number): string;
  timeOfDay(date: Date): string;
  /** A diagonal as makers write it: 15.6, 15. */
  inches(inches: number): string;
  day(date: Date): string;
  dayAndTime(date: Date): string;
  /** Width and height, mm. */
  size(width: number, height: number): string;
  /** Pixels with one decimal: with its sign where it is written. */
  pixels(px: number): string;
  /** mm with two decimals. */
  measure(mm: number): string;
  scale(mmPerPx: number): string;
  /** Two figures under ten seconds, for an answer within 40 ms is no answer within 0 s; one decimal from there. */
  secondsWithUnit(seconds: number): string;
  bytes(bytes: number): string;
}

/** @param language BCP 47 tag */
export function formats(language: string): Formats {
  const one = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const signed = new Intl.NumberFormat(language, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  });
  const month = new Intl.DateTimeFormat(language, { month: 'long' });
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const small = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
  const least = new Intl.NumberFormat(language, { maximumSignificantDigits: 1 });
  const atMostOne = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  const dayAndTime = new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const fine = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const inUnit = (unit: string, digits: number) =>
    new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: digits });
  const gigabytes = inUnit('gigabyte', 1);
  const megabytes = inUnit('megabyte', 0);
  const kilobytes = inUnit('kilobyte', 0);
  const measure = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const two = new Intl.NumberFormat(language, { minimumIntegerDigits: 2, useGrouping: false });
  const squareMetres = (mm2: number) => `${small.format(mm2 / 1e6)} m²`;
  const areaParts = (mm2: number) =>
    mm2 >= 1e5
      ? { value: small.format(mm2 / 1e6), unit: 'm²' }
      : { value: (mm2 >= 1000 ? whole : small).format(mm2 / 100), unit: 'cm²' };
  return {
    // The sign that is as wide as the plus.
    differenceBp: (bp) => signed.format(bp / 100).replace('-', '−'),
    month: (date) => month.format(date),
    percentBp: (bp) => one.format(Math.floor(bp / 10) / 10),
    share: (share) => (share >= 0.0005 || share === 0 ? one.format(100 * share) : least.format(100 * share)),
    area: (mm2) => {
      const { value, unit } = areaParts(mm2);
      return `${value} ${unit}`;
    },
    areaParts,
    squareMetres,
    count: (value) => whole.format(value),
    seconds: (seconds) => one.format(seconds),
    clock: (seconds) => {
      const s = Math.max(0, Math.round(seconds));
      return `${whole.format(Math.floor(s / 60))}:${two.format(s % 60)}`;
    },
    metres: (mm) => `${one.format(mm / 1000)} m`,
    inches: (inches) => atMostOne.format(inches),
    timeOfDay: (date) => time.format(date),
    pixels: (px) => atMostOne.format(px),
    measure: (mm) => `${fine.format(mm)} mm`,
    scale: (mmPerPx) => `${fine.format(mmPerPx)} mm/px`,
    secondsWithUnit: (seconds) => `${(seconds < 10 ? small : atMostOne).format(seconds)} s`,
    bytes: (bytes) => {
      if (bytes >= 1e9) return gigabytes.format(bytes / 1e9);
      return bytes >= 1e6 ? megabytes.format(bytes / 1e6) : kilobytes.format(bytes / 1e3);
    },
    day: (date) => day.format(date),
    dayAndTime: (date) => dayAndTime.format(date),
    size: (width, height) => `${measure.format(width)} × ${measure.format(height)} mm`,
  };
}
