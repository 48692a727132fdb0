import { MOST_DRIFT, MOST_RESIDUAL } from '#domain/table-limits.ts';
import type { HealthView, ProjectorView } from '#api/engineer-views.ts';
import type { OrderView } from '#api/order-views.ts';
import type { TableView } from '#api/table-routes.ts';
import type { StatusView } from '#api/views.ts';
import { cutTestSquare } from './test-square.ts';

export type CheckId =
  | 'source'
  | 'scale'
  | 'residual'
  | 'drift'
  | 'model'
  | 'broker'
  | 'heard'
  | 'auto'
  | 'answer'
  | 'square'
  | 'disk'
  | 'projector';

/** `ok`: seen to be so. `check`: seen not to be so. `open`: nothing was seen yet, or it is not there and need not be. */
export interface StationCheck {
  readonly id: CheckId;
  readonly state: 'ok' | 'check' | 'open';
  /** Other words than the state's own: the table was found by its four corners, or they were checked by a length. */
  readonly words: 'corners' | 'length' | null;
  /** What was seen, in its own unit; formatted where it is shown. */
  readonly value: CheckValue;
}
export type CheckValue =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'mode'; readonly mode: StatusView['plc']['mode'] }
  | { readonly kind: 'mm'; readonly mm: number }
  | { readonly kind: 'mmPerPx'; readonly mmPerPx: number }
  | { readonly kind: 'seconds'; readonly seconds: number }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'bytes'; readonly bytes: number };

/** Off by which a known length between two places that a person points at is good: a pixel at either end, mm. */
export const MOST_LENGTH_OFF = 1;
/** Some hundred hides. */
export const LEAST_FREE_BYTES = 5e9;

const NONE = { kind: 'none' } as const;

/** What the station itself has seen of its parts. Nothing here is asked of a person, and nothing is guessed. */
export function stationChecks(
  health: HealthView,
  status: StatusView,
  projector: ProjectorView,
  orders: readonly OrderView[],
  table: TableView,
): readonly StationCheck[] {
  const { scan, source, model, disk } = health;
  const { plc, broker } = status;
  const square = cutTestSquare(orders);
  const byCorners = scan?.foundBy === 'corners' ? 'corners' : null;
  const check = (
    id: CheckId,
    isOk: boolean | null,
    value: CheckValue = NONE,
    words: StationCheck['words'] = null,
  ): StationCheck => ({ id, state: isOk === null ? 'open' : isOk ? 'ok' : 'check', value, words });
  const residual = residualOf(health, table);
  return [
    check('source', source.isThere ?? (scan ? true : null), { kind: 'text', text: source.address }),
    check(
      'scale',
      scan && (scan.calibration !== null ? true : null),
      scan ? { kind: 'mmPerPx', mmPerPx: scan.mmPerPx } : NONE,
      byCorners,
    ),
    check(
      'residual',
      residual && residual.mm <= residual.most,
      residual ? { kind: 'mm', mm: residual.mm } : NONE,
      residual ? residual.by : byCorners,
    ),
    check(
      'drift',
      scan && scan.drift !== null ? scan.drift <= MOST_DRIFT : null,
      scan && scan.drift !== null ? { kind: 'mm', mm: scan.drift } : NONE,
      scan?.drift === null ? byCorners : null,
    ),
    check('model', model.used === null ? null : true, { kind: 'text', text: model.used ?? model.wanted }),
    check('broker', broker.isConnected, { kind: 'count', count: broker.outboxCount }),
    check('heard', plc.isConnected && plc.mode !== 'unknown'),
    check('auto', plc.mode === 'unknown' ? null : plc.mode === 'auto', { kind: 'mode', mode: plc.mode }),
    check(
      'answer',
      plc.answeredInMs === null ? null : true,
      plc.answeredInMs === null ? NONE : { kind: 'seconds', seconds: plc.answeredInMs / 1000 },
    ),
    check('square', square === null ? null : true, square === null ? NONE : { kind: 'text', text: square }),
    check('disk', disk && disk.freeBytes >= LEAST_FREE_BYTES, disk ? { kind: 'bytes', bytes: disk.freeBytes } : NONE),
    check('projector', projector.corners === null ? null : true),
  ];
}

/** What is seen not to be so, then what was not seen yet, then what is ticked; each in the list's own order. */
export function openFirst(checks: readonly StationCheck[]): readonly StationCheck[] {
  return (['check', 'open', 'ok'] as const).flatMap((state) => checks.filter((check) => check.state === state));
}

/** How far off the latest scan is, as something says that was measured: markers, else the length that the corners were
 *  checked by. */
function residualOf(
  { scan }: HealthView,
  { corners }: TableView,
): { readonly mm: number; readonly most: number; readonly by: 'length' | null } | null {
  if (scan && scan.residual !== null) return { mm: scan.residual, most: MOST_RESIDUAL, by: null };
  // Corners that were set after the scan say nothing of it.
  const isOfScan = scan?.foundBy === 'corners' && corners !== null && corners.setAt <= scan.takenAt;
  const length = isOfScan ? corners.checks.length : null;
  return length ? { mm: Math.abs(length.measured - length.told), most: MOST_LENGTH_OFF, by: 'length' } : null;
}
