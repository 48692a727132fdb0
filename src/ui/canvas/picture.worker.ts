import { greyPixels } from './grey-tone.ts';
import type { PictureAnswer, PictureQuestion } from './picture-maker.ts';

/** Decodes, scales and greys pictures beside the page's own thread: each of the three, done there on software rendering,
 *  stopped the page for up to 80 ms over a large scan (`createImageBitmap` decodes elsewhere, but scales where it was
 *  called). */
addEventListener('message', ({ data }: MessageEvent<PictureQuestion>) => void answer(data));

async function answer({ id, file, size, greys }: PictureQuestion): Promise<void> {
  const say = (told: PictureAnswer, transfer: Transferable[] = []) => postMessage(told, { transfer });
  try {
    const scaled = await (size
      ? createImageBitmap(file, { resizeWidth: size[0], resizeHeight: size[1], resizeQuality: 'high' })
      : createImageBitmap(file));
    const picture = greys ? greyed(scaled, greys) : scaled;
    say({ id, picture }, [picture]);
  } catch (error) {
    say({ id, fault: String(error) });
  }
}

function greyed(image: ImageBitmap, greys: Uint8ClampedArray): ImageBitmap {
  const canvas = new OffscreenCanvas(image.width, image.height);
  const ctx = canvas.getContext('2d', { willReadFrequently: true });
  if (!ctx) throw new Error('this browser has no 2D canvas in workers');
  ctx.drawImage(image, 0, 0);
  image.close();
  const pixels = ctx.getImageData(0, 0, canvas.width, canvas.height);
  greyPixels(pixels.data, greys);
  ctx.putImageData(pixels, 0, 0);
  return canvas.transferToImageBitmap();
}
