import { LEATHER_CHANNEL_COUNT, leatherChannels } from './leather-channels.ts';
import { graphBuilder } from './onnx-graph.ts';
import { appendHead } from './pixel-head.ts';
import type { PixelHead } from './pixel-head.ts';

/** The graph of a pack: `pixels` [N,3,H,W] to `scores` [N,K,H,W] and `doubt` [N,1,H,W]; H and W multiples of 32.
 *  `withChannels` adds the output `channels`, for training. */
export function packGraph(
  head: PixelHead,
  { withChannels = false }: { readonly withChannels?: boolean } = {},
): Uint8Array {
  const g = graphBuilder('kerf-pack');
  const channels = leatherChannels(g, g.input('pixels', ['n', 3, 'h', 'w']));
  const { scores, doubt } = appendHead(g, channels, head);
  g.output('scores', scores, ['n', head.sizes.at(-1)!, 'h', 'w']);
  g.output('doubt', doubt, ['n', 1, 'h', 'w']);
  if (withChannels) g.output('channels', channels, ['n', LEATHER_CHANNEL_COUNT, 'h', 'w']);
  return g.encode();
}

/** The channels alone. */
export function channelGraph(): Uint8Array {
  const g = graphBuilder('kerf-channels');
  g.output('channels', leatherChannels(g, g.input('pixels', ['n', 3, 'h', 'w'])), [
    'n',
    LEATHER_CHANNEL_COUNT,
    'h',
    'w',
  ]);
  return g.encode();
}
