import { expect, test } from 'vitest';
import { HeldMessages } from '#publish/held-messages.ts';
import { SYSTEM_TIMERS } from '#station/system.node.ts';

/** Messages "topic n" of a disk that a test takes away. */
function heldOver() {
  const box = { refuses: false, taken: [] as string[], acknowledged: [] as string[], errors: 0, missed: 0 };
  const held = new HeldMessages<string>({
    topicOf: (message) => message.split(' ')[0] ?? '',
    take: async (message) => {
      await Promise.resolve();
      if (box.refuses && message.startsWith('ack')) throw new Error('full');
      box.taken.push(message);
    },
    onTaken: (message) => void box.acknowledged.push(message),
    onError: () => void (box.errors += 1),
    onMissed: () => void (box.missed += 1),
    timers: SYSTEM_TIMERS,
    retryMs: 5,
  });
  return { held, box };
}

test('what cannot be taken waits in its order, is acknowledged when it is, and holds up no other topic', async () => {
  const { held, box } = heldOver();
  box.refuses = true;
  expect(await held.offer('ack 1')).toBe(false);
  expect(await held.offer('ack 2')).toBe(false);
  expect(await held.offer('beat 1')).toBe(true);
  // Asked again, and refused again.
  await expect.poll(() => box.errors).toBeGreaterThan(2);
  expect(box.taken).toEqual(['beat 1']);
  box.refuses = false;
  expect(await held.offer('ack 3')).toBe(false);
  await expect.poll(() => box.acknowledged).toEqual(['ack 1', 'ack 2', 'ack 3']);
  expect(await held.offer('ack 4')).toBe(true);
  expect(box.taken).toEqual(['beat 1', 'ack 1', 'ack 2', 'ack 3', 'ack 4']);
  expect(box.acknowledged).not.toContain('ack 4');
  expect(box.missed).toBe(0);
});

test('what is forgotten is never acknowledged, even if it was just being taken', async () => {
  const { held, box } = heldOver();
  box.refuses = true;
  for (const message of ['ack 1', 'ack 2']) await held.offer(message);
  box.refuses = false;
  held.forget();
  const begun = held.offer('ack 3');
  held.forget();
  expect(await begun).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(box).toMatchObject({ taken: ['ack 3'], acknowledged: [], missed: 0 });
});

test('more than it holds is asked for again, once what it holds is taken', async () => {
  const { held, box } = heldOver();
  box.refuses = true;
  for (let n = 0; n < 300; n += 1) await held.offer(`ack ${n}`);
  box.refuses = false;
  // Behind one that was missed nothing is taken out of its turn.
  expect(await held.offer('ack 300')).toBe(false);
  await expect.poll(() => box.missed, { timeout: 5000 }).toBe(1);
  expect(box.acknowledged).toEqual(Array.from({ length: 256 }, (_, n) => `ack ${n}`));
  expect(await held.offer('ack 256')).toBe(true);
});
