import { expect, test } from 'vitest';
import { QueueWatch } from '#station/queue-watch.ts';
import { SILENT_LOGGER } from '#station/system.node.ts';

test('dropped messages are an alarm until the last client that lost some is back; the log counts them', () => {
  const said: unknown[] = [];
  const warn = (event: string, fields?: object) => void said.push([event, fields]);
  const watch = new QueueWatch({ ...SILENT_LOGGER, warn });
  watch.dropped('a');
  watch.connect({ raise: (details) => said.push(['raise', details]), clear: () => said.push('clear') });
  watch.dropped('a');
  watch.dropped('b');
  watch.came('c');
  watch.came('a');
  watch.came('b');
  watch.came('b');
  expect(said).toEqual([
    ['broker.queue.full', { client: 'a' }],
    ['raise', { client: 'a' }],
    ['broker.queue.full', { client: 'b' }],
    ['raise', { client: 'b' }],
    ['broker.queue.lost', { client: 'a', count: 2, droppedCount: 3 }],
    ['broker.queue.lost', { client: 'b', count: 1, droppedCount: 3 }],
    'clear',
  ]);
});

test('an alarm that stood when the station ended is taken back where nothing is missing', () => {
  const said: string[] = [];
  new QueueWatch(SILENT_LOGGER).connect({ raise: () => said.push('raise'), clear: () => said.push('clear') });
  expect(said).toEqual(['clear']);
});
