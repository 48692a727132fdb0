/** Follows a client's MQTT bytes from packet to packet by their announced lengths alone (MQTT 3.1.1, 2.2.3), and says when
 *  one is longer than `most` bytes. */
export class PacketSizes {
  readonly #most: number;
  /** Bytes of the packet under way that are still to come. */
  #left = 0;
  /** Of a length under way: its value so far, and what its next seven bits count; 0: no length under way. */
  #length = 0;
  #factor = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** @returns whether all that was announced so far is short enough */
  take(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const skipped = Math.min(this.#left, chunk.length - at);
        this.#left -= skipped;
        at += skipped;
        continue;
      }
      const byte = chunk[at]!;
      at += 1;
      if (this.#factor === 0) {
        // The packet's type; its length follows, seven bits a byte, the lowest first.
        [this.#length, this.#factor] = [0, 1];
        continue;
      }
      this.#length += (byte & 0x7f) * this.#factor;
      if (this.#length > this.#most) return false;
      this.#factor *= 0x80;
      // Four bytes at most; what has more is no MQTT, and aedes ends it.
      if ((byte & 0x80) !== 0 && this.#factor < 0x80 ** 4) continue;
      [this.#left, this.#factor] = [this.#length, 0];
    }
    return true;
  }
}
