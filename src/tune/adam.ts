export interface Adam {
  /** Moves the weights in place by one step. `rate` is the step's learning rate. */
  step(weights: readonly Float32Array[], gradients: readonly Float32Array[], rate: number): void;
  /** What it remembers, for going on after a stop: means of gradients, then of their squares, a list of each. */
  readonly memory: readonly Float64Array[];
  /** Steps so far; setting it with `memory` filled goes on from there. */
  taken: number;
}

/** Adam with decoupled weight decay. @see Kingma and Ba 2015; Loshchilov and Hutter 2019 */
export function adam(shapes: readonly number[], { decay = 0 }: { readonly decay?: number } = {}): Adam {
  const first = shapes.map((n) => new Float64Array(n));
  const second = shapes.map((n) => new Float64Array(n));
  return {
    memory: [...first, ...second],
    taken: 0,
    step(weights, gradients, rate) {
      this.taken += 1;
      const t = this.taken;
      const unbias1 = 1 - 0.9 ** t;
      const unbias2 = 1 - 0.999 ** t;
      for (let k = 0; k < weights.length; k += 1) {
        const w = weights[k]!;
        const g = gradients[k]!;
        const m = first[k]!;
        const v = second[k]!;
        for (let i = 0; i < w.length; i += 1) {
          m[i] = 0.9 * m[i]! + 0.1 * g[i]!;
          v[i] = 0.999 * v[i]! + 0.001 * g[i]! * g[i]!;
          w[i] = w[i]! * (1 - rate * decay) - (rate * (m[i]! / unbias1)) / (Math.sqrt(v[i]! / unbias2) + 1e-8);
        }
      }
    },
  };
}

/** Learning rate of one cycle: up over the first tenth, then down a cosine to a hundredth. */
export function oneCycle(step: number, steps: number, peak: number): number {
  const warm = Math.max(1, Math.floor(steps / 10));
  if (step < warm) return (peak * (step + 1)) / warm;
  const t = (step - warm) / Math.max(1, steps - warm);
  return peak * (0.01 + 0.99 * 0.5 * (1 + Math.cos(Math.PI * t)));
}
