import type { CameraFrame, CameraGlance } from './camera.ts';
import { lookAtFrame } from './frame-look.ts';
import { sharp } from './sharp-limits.node.ts';

/** Longest side of the picture that people get, px. */
const GLANCE_PX = 1280;
const JPEG_QUALITY = 72;

/** A live camera's picture as people look at it. Some 30 ms for 5 megapixels: in the camera's thread. */
export async function glanceAt({ pixels, widthPx, heightPx, takenAt }: CameraFrame): Promise<CameraGlance | null> {
  if (pixels.kind === 'file') return null;
  const { rgb } = pixels;
  const jpeg = await sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .resize(GLANCE_PX, GLANCE_PX, { fit: 'inside', withoutEnlargement: true, kernel: 'linear' })
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
  return { takenAt, widthPx, heightPx, look: lookAtFrame({ widthPx, heightPx, rgb }), jpeg };
}
