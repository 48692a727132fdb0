import { afterAll, describe, expect, test } from 'vitest';
import { loadPack } from '../../src/inspect/load-pack.node.ts';
import { openSegmenter } from '../../src/inspect/onnx-segmenter.node.ts';
import { pixelsInMemory } from '../../src/inspect/pixel-source.ts';
import { probeProviders } from '../../src/inspect/providers.node.ts';
import { segmentPicture } from '../../src/inspect/segment-picture.ts';
import { drawLeatherTile } from '../../src/synth/draw-leather-tile.ts';
import { smallPack } from './small-pack.ts';

const pack = await loadPack(smallPack());
const open: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(open.map((s) => s.close())));

async function segmenterOf(options: Parameters<typeof openSegmenter>[1]) {
  const segmenter = await openSegmenter(pack, options);
  open.push(segmenter);
  return segmenter;
}

describe('the execution provider', () => {
  test('is the CPU with the loader’s reason where the wanted one refuses', async () => {
    // No build machine of ours has CUDA's libraries; where they are, CUDA takes the model and says so.
    const { provider } = await segmenterOf({ provider: 'cuda', workers: 1 });
    expect(provider.wanted).toEqual(['cuda', 'cpu']);
    if (provider.used === 'cuda') expect(provider.why).toBe('CUDA took the model');
    else expect(provider.why).toMatch(/^CUDA refused: .{10,}; CPU took the model$/s);
  });

  test('is never silently another one when strict', async () => {
    // DirectML is Windows' own: here it refuses, with fault device (exit 3).
    if (process.platform === 'win32') return;
    await expect(segmenterOf({ provider: 'dml', isStrict: true })).rejects.toMatchObject({
      code: 'INSPECT_PROVIDER_REFUSED',
      fault: 'device',
      message: expect.stringMatching(/DirectML refused: .+/) as unknown,
    });
  });

  test('is chosen without a word on stderr where nobody names one, and says why', async () => {
    const { provider } = await segmenterOf({ workers: 1 });
    expect(provider.wanted.at(-1)).toBe('cpu');
    expect(provider.why).toContain('took the model');
    if (provider.used === 'cpu') expect(provider.why).toMatch(/CUDA (refused|not tried): /);
  });

  test('that nobody knows is refused by name', async () => {
    await expect(segmenterOf({ provider: 'abacus' as never })).rejects.toMatchObject({
      code: 'INSPECT_PROVIDER_UNKNOWN',
    });
  });

  test('is probed for doctor: the CPU works, the others work or say why not', async () => {
    const probes = await probeProviders();
    expect(probes.map((p) => p.name)).toEqual(['cuda', 'dml', 'webgpu', 'cpu']);
    expect(probes.at(-1)).toMatchObject({ isAvailable: true });
    for (const p of probes) if (!p.isAvailable) expect(p.reason.length).toBeGreaterThan(5);
  });
});

describe('segmenting by tiles', () => {
  const tile = drawLeatherTile({ seed: 5, sizePx: 384, mmPerPx: 0.4 });
  const defectMap = async (tilePx: number) => {
    const segmenter = await segmenterOf({ provider: 'cpu', workers: 2 });
    const map = new Float32Array(tile.widthPx * tile.heightPx);
    await segmentPicture(pixelsInMemory(tile.rgb, tile.widthPx, tile.heightPx), segmenter, {
      tilePx,
      rimPx: 64,
      pxPerPx: 1,
      fill: null,
      classCount: 3,
      onTile: (plan, answer) => {
        for (let y = 0; y < plan.heightPx; y += 1)
          for (let x = 0; x < plan.widthPx; x += 1)
            map[(plan.topPx + y) * tile.widthPx + plan.leftPx + x] = answer.scores[y * answer.widthPx + x]! / 65535;
      },
    });
    return map;
  };

  test('gives the same map whatever the tiles’ size, within 2 % of probability', async () => {
    const whole = await defectMap(512);
    const sorted = whole.slice().sort();
    const spread = sorted.at(-1)! - sorted[0]!;
    expect(spread).toBeGreaterThan(0.2);
    for (const tilePx of [192, 256]) {
      const parts = await defectMap(tilePx);
      let worst = 0;
      let sum = 0;
      for (let i = 0; i < whole.length; i += 1) {
        const d = Math.abs(whole[i]! - parts[i]!);
        worst = Math.max(worst, d);
        sum += d;
      }
      expect(worst).toBeLessThan(0.02);
      expect(sum / whole.length).toBeLessThan(0.002);
    }
  });

  test('gives the same bytes whichever worker took which tile', async () => {
    expect(await defectMap(192)).toEqual(await defectMap(192));
  }, 20_000);

  test('stops when it is told to', async () => {
    const segmenter = await segmenterOf({ provider: 'cpu', workers: 1 });
    const run = segmentPicture(pixelsInMemory(tile.rgb, tile.widthPx, tile.heightPx), segmenter, {
      tilePx: 192,
      rimPx: 64,
      pxPerPx: 1,
      fill: null,
      classCount: 3,
      signal: AbortSignal.abort(new Error('enough')),
      onTile: () => undefined,
    });
    await expect(run).rejects.toThrow('enough');
  });
});
