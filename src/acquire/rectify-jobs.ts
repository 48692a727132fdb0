import type { Lens } from '#domain/calibration.ts';
import type { Homography } from './plane-homography.ts';
import type { SeenMarker } from './table-pose.ts';

/** What the rectifying worker is asked, and answers; one question a worker. */
export type RectifyJob =
  | { readonly kind: 'detect'; readonly image: string; readonly widthPx: number; readonly heightPx: number }
  | {
      readonly kind: 'straighten';
      readonly image: string;
      readonly widthPx: number;
      readonly heightPx: number;
      readonly out: string;
      readonly outWidthPx: number;
      readonly outHeightPx: number;
      readonly tilePx: number;
      /** Straightened pixels to pixels of `image`; with a lens: freed of its bend. */
      readonly toSource: Homography;
      readonly lens: Lens | null;
      readonly samples: number;
    };

export type RectifyAnswer =
  | { readonly kind: 'seen'; readonly markers: readonly SeenMarker[] }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'straightened'; readonly unseenShare: number }
  /** Text and code of an error: errors lose both on their way between threads. */
  | { readonly kind: 'failed'; readonly message: string; readonly code: string };
