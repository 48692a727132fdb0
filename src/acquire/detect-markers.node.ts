import { loadOpenCv, type Deletable, type OpenCv } from './opencv.node.ts';
import { sharp } from './sharp-limits.node.ts';
import type { SeenMarker } from '#geometry/marker-places.ts';

/** Longer side of the picture in which markers are sought first, pixels. */
const SEARCH_PX = 2400;

/** Margin round a marker when its corners are measured in the full picture, share of its size. */
const MEASURE_MARGIN = 0.6;

/** Largest side of a cut-out in which corners are measured, pixels: an edge must be sharp at the scale of the refinement
 *  window, so that a soft lens at high resolution is no worse than a sharp one at low. */
const MEASURE_PX = 700;

/** Finds ArUco markers (4x4, 50) in a picture file: coarsely in a reduced picture, then corner by corner in the full one.
 *  Synchronous for tenths of a second: call it in a worker. */
export async function detectMarkers(image: string, widthPx: number, heightPx: number): Promise<SeenMarker[]> {
  const cv = await loadOpenCv();
  const reduced = await readGrey(image, { left: 0, top: 0, width: widthPx, height: heightPx }, SEARCH_PX);
  const coarse = detect(cv, reduced.pixels, reduced.widthPx, reduced.heightPx);
  const scale = widthPx / reduced.widthPx;
  const measured: SeenMarker[] = [];
  for (const marker of coarse) {
    const corners = marker.corners.map((value) => value * scale);
    if (scale <= 1) {
      measured.push({ id: marker.id, corners });
      continue;
    }
    const us = corners.filter((_, i) => i % 2 === 0);
    const vs = corners.filter((_, i) => i % 2 === 1);
    const margin = MEASURE_MARGIN * Math.max(Math.max(...us) - Math.min(...us), Math.max(...vs) - Math.min(...vs));
    const left = Math.max(0, Math.floor(Math.min(...us) - margin));
    const top = Math.max(0, Math.floor(Math.min(...vs) - margin));
    const box = {
      left,
      top,
      width: Math.min(widthPx, Math.ceil(Math.max(...us) + margin)) - left,
      height: Math.min(heightPx, Math.ceil(Math.max(...vs) + margin)) - top,
    };
    const cut = await readGrey(image, box, MEASURE_PX);
    const again = measureIn(cv, cut, marker.id);
    const zoom = box.width / cut.widthPx;
    const fine = again?.corners.map((value, i) => value * zoom + (i % 2 === 0 ? left : top));
    measured.push({ id: marker.id, corners: fine ?? corners });
  }
  return measured;
}

/** A marker in a cut-out of it alone. */
function measureIn(cv: OpenCv, cut: GreyPicture, id: number): SeenMarker | undefined {
  for (const step of EDGE_STEPS) {
    const found = detectWith(cv, cut.pixels, cut.widthPx, cut.heightPx, step).find((marker) => marker.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface GreyPicture {
  readonly pixels: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** How many markers a picture shows in a mirror: as they stand they are not found then, and one can say why. */
export async function countMirrored(image: string, widthPx: number, heightPx: number): Promise<number> {
  const cv = await loadOpenCv();
  const grey = await readGrey(image, { left: 0, top: 0, width: widthPx, height: heightPx }, SEARCH_PX);
  mirrorRows(grey);
  return detect(cv, grey.pixels, grey.widthPx, grey.heightPx).length;
}

/** Turns each row round, in place. */
export function mirrorRows(grey: GreyPicture): void {
  for (let row = 0; row < grey.heightPx; row += 1)
    grey.pixels.subarray(row * grey.widthPx, (row + 1) * grey.widthPx).reverse();
}

/** A cut-out of a picture file as grey pixels, its longer side at most `mostPx`. */
export async function readGrey(
  image: string,
  box: { left: number; top: number; width: number; height: number },
  mostPx: number,
): Promise<GreyPicture> {
  const { data, info } = await sharp(image, { limitInputPixels: false })
    .autoOrient()
    .extract(box)
    .resize(mostPx, mostPx, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, widthPx: info.width, heightPx: info.height };
}

/** Steps of brightness that make an edge, one after the other while markers are missing: with 15 a sensor's noise
 *  (σ to 6 levels were tried; at OpenCV's own 7 half the markers were lost at 1.7) draws no edges about a marker's white
 *  rim, with 7 a dim marker is found too. */
const EDGE_STEPS = [15, 7] as const;

/** Markers that a table has at least. */
const ENOUGH = 4;

function detect(cv: OpenCv, pixels: Uint8Array, widthPx: number, heightPx: number): SeenMarker[] {
  const found: SeenMarker[] = [];
  for (const step of EDGE_STEPS) {
    if (found.length >= ENOUGH) break;
    for (const marker of detectWith(cv, pixels, widthPx, heightPx, step))
      if (!found.some(({ id }) => id === marker.id)) found.push(marker);
  }
  return found;
}

function detectWith(cv: OpenCv, pixels: Uint8Array, widthPx: number, heightPx: number, edgeStep: number): SeenMarker[] {
  const owned: Deletable[] = [];
  const own = <T extends Deletable>(thing: T): T => {
    owned.push(thing);
    return thing;
  };
  try {
    const grey = own(new cv.Mat(heightPx, widthPx, cv.CV_8UC1));
    grey.data.set(pixels);
    const dictionary = own(cv.getPredefinedDictionary(cv.DICT_4X4_50));
    const parameters = own(new cv.aruco_DetectorParameters());
    parameters.cornerRefinementMethod = cv.CORNER_REFINE_SUBPIX;
    parameters.cornerRefinementWinSize = 5;
    parameters.cornerRefinementMaxIterations = 60;
    parameters.cornerRefinementMinAccuracy = 0.005;
    parameters.adaptiveThreshWinSizeMax = 43;
    parameters.adaptiveThreshConstant = edgeStep;
    parameters.minMarkerPerimeterRate = 0.01;
    const refine = own(new cv.aruco_RefineParameters(10, 3, true));
    const detector = own(new cv.aruco_ArucoDetector(dictionary, parameters, refine));
    const corners = own(new cv.MatVector());
    const ids = own(new cv.Mat());
    detector.detectMarkers(grey, corners, ids);
    return Array.from({ length: corners.size() }, (_, i) => {
      const four = corners.get(i);
      // OpenCV's pixel centres are whole numbers, ours lie at halves.
      const seen = { id: ids.data32S[i]!, corners: [...four.data32F].map((value) => value + 0.5) };
      four.delete();
      return seen;
    });
  } finally {
    for (const thing of owned.reverse()) thing.delete();
  }
}
