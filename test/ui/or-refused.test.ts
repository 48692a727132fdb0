import { expect, it } from 'vitest';
import { KerfError } from '../../src/domain/kerf-error.ts';
import { orRefused } from '../../src/ui/link/or-refused.ts';

it('a refusal is an answer that says why there is none', async () => {
  expect(await orRefused(Promise.resolve(7))).toEqual({ value: 7, refusal: null });
  const refused = new KerfError('ORDERS_CSV_REFUSED', 'line 3', { details: { line: 3 } });
  expect(await orRefused(Promise.reject(refused))).toEqual({
    value: null,
    refusal: { code: 'ORDERS_CSV_REFUSED', details: { line: 3 } },
  });
});

it('a station that cannot be asked has not refused, and neither has a defect', async () => {
  const away = new KerfError('UI_STATION_UNREACHABLE', 'away', { fault: 'device' });
  await expect(orRefused(Promise.reject(away))).rejects.toBe(away);
  const defect = new TypeError('no');
  await expect(orRefused(Promise.reject(defect))).rejects.toBe(defect);
});
