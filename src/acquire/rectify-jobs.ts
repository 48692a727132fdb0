import type { Board, FlatField, Lens } from '#domain/calibration.ts';
import type { SeenBoard } from './charuco-board.ts';
import type { Shift } from './patch-shift.ts';
import type { Homography } from '#geometry/plane-homography.ts';
import type { SeenMarker } from '#geometry/marker-places.ts';

/** What the rectifying worker is asked, and answers; one question at a time. */
export type RectifyJob =
  | { readonly kind: 'detect'; readonly image: string; readonly widthPx: number; readonly heightPx: number }
  | {
      readonly kind: 'straighten';
      /** Several are blended where they overlap. */
      readonly sources: readonly PlaneSource[];
      readonly out: string;
      readonly outWidthPx: number;
      readonly outHeightPx: number;
      readonly tilePx: number;
      readonly samples: number;
    }
  /** Measures how far pairs of sources lie apart at places of the straightened picture. */
  | {
      readonly kind: 'seams';
      readonly sources: readonly PlaneSource[];
      readonly pairs: readonly SeamPair[];
      /** How far around a place it is sought in the other picture, pixels. */
      readonly reach: number;
    }
  /** Finds the board in each picture and fits the lens to what was seen. */
  | { readonly kind: 'calibrate'; readonly pictures: readonly BoardPicture[]; readonly board: Board };

/** A picture of which a straightened one is made. */
export interface PlaneSource {
  readonly image: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Straightened pixels to pixels of `image`; with a lens: freed of its bend. */
  readonly toSource: Homography;
  readonly lens: Lens | null;
  /** Evens the light of what is read. */
  readonly flat: FlatField | null;
}

/** Two sources, by their places in the list, and pixels of the straightened picture that both show. */
export interface SeamPair {
  readonly a: number;
  readonly b: number;
  /** Tried in this order, until so many say something; all where no number is said. */
  readonly places: readonly (readonly [number, number])[];
  readonly enoughCount?: number;
}

/** A picture of the calibration board; all of one calibration have the same size. */
export interface BoardPicture {
  readonly image: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What was seen of the board in one picture. */
export interface BoardView extends SeenBoard {
  readonly image: string;
  /** Nothing is seen so, but in a mirror it is. */
  readonly isMirrored: boolean;
}

export type RectifyAnswer =
  /** `mirroredCount`: markers that a mirror shows, counted only where hardly any are seen as they are. */
  | { readonly kind: 'seen'; readonly markers: readonly SeenMarker[]; readonly mirroredCount: number }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'straightened'; readonly unseenShare: number }
  /** For each pair, of the places that could be measured, where what the first picture shows lies in the second, in pixels of
   *  the straightened picture; UNLIKE where they show different things. */
  | { readonly kind: 'measured'; readonly shifts: readonly (readonly Shift[])[] }
  /** `lens` null: too few views to fit one. */
  | { readonly kind: 'calibrated'; readonly views: readonly BoardView[]; readonly lens: Lens | null }
  /** Text and code of an error: errors lose both on their way between threads. */
  | { readonly kind: 'failed'; readonly message: string; readonly code: string };
