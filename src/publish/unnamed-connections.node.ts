import type { Socket } from 'node:net';

/** Connections that have not said who they are, each some kilobytes and one of the server's places. */
const MOST_UNNAMED = 64;

/** Who opens connections and says nothing would take every place, and keep a PLC out that was restarted. Beyond a number
 *  the address that has most of them loses its eldest: one that says its name at once, from elsewhere, is never it. */
export class UnnamedConnections {
  readonly #byAddress = new Map<string, Set<Socket>>();
  readonly #most: number;
  #count = 0;

  constructor(most = MOST_UNNAMED) {
    this.#most = most;
  }

  add(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const own = this.#byAddress.get(address) ?? new Set();
    this.#byAddress.set(address, own.add(socket));
    this.#count += 1;
    socket.once('close', () => this.#forget(address, socket));
    if (this.#count <= this.#most) return;
    const [busiest, theirs] = [...this.#byAddress].reduce((a, b) => (b[1].size > a[1].size ? b : a));
    const [eldest] = theirs;
    if (!eldest) return;
    this.#forget(busiest, eldest);
    eldest.destroy();
  }

  /** The connection from this address and port has said who it is, and was let in. */
  named(address: string | undefined, port: number | undefined): void {
    const own = this.#byAddress.get(address ?? '');
    for (const socket of own ?? []) if (socket.remotePort === port) this.#forget(address ?? '', socket);
  }

  #forget(address: string, socket: Socket): void {
    const own = this.#byAddress.get(address);
    if (!own?.delete(socket)) return;
    this.#count -= 1;
    if (own.size === 0) this.#byAddress.delete(address);
  }
}
