/** Two long works at once, on a core each. Where one fails the other is stopped, and what failed first is thrown when both have
 *  ended. */
export async function sideBySide<A, B>(
  signal: AbortSignal | undefined,
  one: (signal: AbortSignal) => Promise<A>,
  other: (signal: AbortSignal) => Promise<B>,
): Promise<[A, B]> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const works = [one(either), other(either)] as const;
  for (const work of works) work.catch((cause: unknown) => stop.abort(cause));
  await Promise.allSettled(works);
  stop.signal.throwIfAborted();
  return Promise.all(works);
}
