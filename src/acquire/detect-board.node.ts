import type { Board } from '#domain/calibration.ts';
import type { SeenBoard } from './charuco-board.ts';
import { mirrorRows, readGrey } from './detect-markers.node.ts';
import type { Deletable, OpenCv } from './opencv.node.ts';

/** Longer side of the picture in which the board is sought, pixels: corners are measured to a tenth of a pixel there. */
const SEARCH_PX = 3000;

/** Finds the inner corners of a ChArUco board in a picture file. Synchronous for tenths of a second: call it in a worker.
 *  `isMirrored` seeks it as in a mirror: markers are not found so, and one can say why. */
export async function detectBoard(
  cv: OpenCv,
  picture: { readonly image: string; readonly widthPx: number; readonly heightPx: number },
  board: Board,
  { isMirrored = false } = {},
): Promise<SeenBoard> {
  const { image, widthPx, heightPx } = picture;
  const grey = await readGrey(image, { left: 0, top: 0, width: widthPx, height: heightPx }, SEARCH_PX);
  if (isMirrored) mirrorRows(grey);
  const scale = widthPx / grey.widthPx;
  const owned: Deletable[] = [];
  const own = <T extends Deletable>(thing: T): T => {
    owned.push(thing);
    return thing;
  };
  try {
    const mat = own(new cv.Mat(grey.heightPx, grey.widthPx, cv.CV_8UC1));
    mat.data.set(grey.pixels);
    const dictionary = own(cv.getPredefinedDictionary(cv.DICT_5X5_100));
    const drawn = own(
      new cv.aruco_CharucoBoard(
        { width: board.columns, height: board.rows },
        board.square,
        board.marker,
        dictionary,
        own(new cv.Mat()),
      ),
    );
    const parameters = own(new cv.aruco_DetectorParameters());
    parameters.adaptiveThreshWinSizeMax = 43;
    parameters.minMarkerPerimeterRate = 0.01;
    const detector = own(
      new cv.aruco_CharucoDetector(
        drawn,
        own(new cv.aruco_CharucoParameters()),
        parameters,
        own(new cv.aruco_RefineParameters(10, 3, true)),
      ),
    );
    const corners = own(new cv.Mat());
    const ids = own(new cv.Mat());
    detector.detectBoard(mat, corners, ids);
    return {
      ids: ids.rows === 0 ? [] : [...ids.data32S],
      // OpenCV's pixel centres are whole numbers, ours lie at halves.
      corners: ids.rows === 0 ? [] : [...corners.data32F].map((value) => (value + 0.5) * scale),
    };
  } finally {
    for (const thing of owned.reverse()) thing.delete();
  }
}
