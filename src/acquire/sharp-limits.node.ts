import sharp from 'sharp';

// A scan is read once: a cache of decoded pixels would only cost memory. Two threads keep the buffers of a 100 megapixel
// picture small, and leave a core to the station on the usual PC.
sharp.cache(false);
sharp.concurrency(2);

/** sharp, with the limits that this room's memory promise rests on. */
export { sharp };
