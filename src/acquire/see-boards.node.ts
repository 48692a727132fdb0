import type { Board, Lens } from '#domain/calibration.ts';
import { boardCorner, type SeenBoard } from './charuco-board.ts';
import { detectBoard } from './detect-board.node.ts';
import { loadOpenCv, type Deletable, type OpenCv } from './opencv.node.ts';
import type { BoardPicture, BoardView } from './rectify-jobs.ts';

/** Corners that a view must show to count: fewer fix no plane well. */
export const LEAST_CORNERS = 8;

/** Views that must count: a lens has nine numbers and each view six more of its own. */
export const LEAST_VIEWS = 6;

/** Finds the board in each picture, then fits the lens to the views that show enough of it. For a worker. */
export async function seeBoards(
  job: { readonly pictures: readonly BoardPicture[]; readonly board: Board },
  onProgress: (done: number, total: number) => void,
): Promise<{ views: BoardView[]; lens: Lens | null }> {
  const cv = await loadOpenCv();
  const views: BoardView[] = [];
  for (const picture of job.pictures) {
    const seen = await detectBoard(cv, picture, job.board);
    const isMirrored =
      seen.ids.length === 0 && (await detectBoard(cv, picture, job.board, { isMirrored: true })).ids.length > 0;
    views.push({ image: picture.image, ...seen, isMirrored });
    onProgress(views.length, job.pictures.length);
  }
  const counted = views.filter((view) => view.ids.length >= LEAST_CORNERS);
  const [first] = job.pictures;
  const lens = counted.length < LEAST_VIEWS || first === undefined ? null : fitLens(cv, job.board, counted, first);
  return { views, lens };
}

/** Zhang's method with OpenCV's lens model, by least reprojection error over all views.
 *  @see Zhang 2000, "A flexible new technique for camera calibration" */
function fitLens(
  cv: OpenCv,
  board: Board,
  views: readonly SeenBoard[],
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): Lens {
  const owned: Deletable[] = [];
  const own = <T extends Deletable>(thing: T): T => {
    owned.push(thing);
    return thing;
  };
  try {
    const objects = own(new cv.MatVector());
    const images = own(new cv.MatVector());
    for (const { ids, corners } of views) {
      const object = own(new cv.Mat(ids.length, 1, cv.CV_32FC3));
      object.data32F.set(ids.flatMap((id) => [...boardCorner(board, id), 0]));
      const image = own(new cv.Mat(ids.length, 1, cv.CV_32FC2));
      image.data32F.set(corners.map((value) => value - 0.5));
      objects.push_back(object);
      images.push_back(image);
    }
    const matrix = own(new cv.Mat());
    const distortion = own(new cv.Mat());
    cv.calibrateCameraExtended(
      objects,
      images,
      { width: widthPx, height: heightPx },
      matrix,
      distortion,
      own(new cv.MatVector()),
      own(new cv.MatVector()),
      own(new cv.Mat()),
      own(new cv.Mat()),
      own(new cv.Mat()),
    );
    const m = [...matrix.data64F];
    const d = [...distortion.data64F];
    return {
      matrix: [m[0]!, 0, m[2]! + 0.5, 0, m[4]!, m[5]! + 0.5, 0, 0, 1],
      distortion: [d[0]!, d[1]!, d[2]!, d[3]!, d[4] ?? 0],
    };
  } finally {
    for (const thing of owned.reverse()) thing.delete();
  }
}
