import type { CDPSession } from 'playwright-core';

/** What a page's own scripts hold. The rest of the heap is V8's compiled code, which grows while it gets quicker, and the
 *  browser's records of requests and times, which end at a fixed number or are kept for whoever listens in. */
const OWN = new Set(
  ['object', 'array', 'string', 'closure', 'regexp', 'number', 'bigint', 'symbol'].concat([
    'concatenated string',
    'sliced string',
  ]),
);

interface Snapshot {
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly (readonly string[])[] };
  };
  readonly nodes: readonly number[];
}

/** Megabytes that the page's own objects take, after a collection of garbage. */
export async function ownHeapMb(session: CDPSession): Promise<number> {
  const chunks: string[] = [];
  const keep = ({ chunk }: { readonly chunk: string }) => void chunks.push(chunk);
  session.on('HeapProfiler.addHeapSnapshotChunk', keep);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  session.off('HeapProfiler.addHeapSnapshotChunk', keep);
  const { snapshot, nodes } = JSON.parse(chunks.join('')) as Snapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [typeAt, sizeAt] = [fields.indexOf('type'), fields.indexOf('self_size')];
  let bytes = 0;
  for (let i = 0; i < nodes.length; i += fields.length)
    if (OWN.has(types[typeAt]![nodes[i + typeAt]!]!)) bytes += nodes[i + sizeAt]!;
  return bytes / 1e6;
}
