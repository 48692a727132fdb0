import type { Defect } from '#domain/inspection.ts';
import { boxOf } from '../canvas/viewport.ts';
import { scanPictureUrl } from '../link/station-client.ts';
import { usePageState } from '../page-context.ts';
import { isDoubtful } from '../state/doubtful.ts';
import { gradingOf } from '../state/page-grading.ts';
import { MarkOutline } from './mark-outline.tsx';

/** Leather round a mark that is shown with it, share of its size. */
const ROOM = 0.35;

/** The mark cut out of the scan. */
export function DefectPicture({ defect, size }: { readonly defect: Defect; readonly size: number }) {
  const job = usePageState((s) => s.status?.job?.id ?? null);
  const scan = usePageState((s) => s.inspection.value?.scan ?? null);
  const isOpen = isDoubtful(defect, usePageState(gradingOf));
  const box = boxOf(defect.outline);
  if (!job || !scan || !box) return null;
  const side = Math.max(box.maxX - box.minX, box.maxY - box.minY, 10) * (1 + 2 * ROOM);
  const x = (box.minX + box.maxX) / 2 - side / 2;
  const y = -(box.minY + box.maxY) / 2 - side / 2;
  const [a = 1, b = 0, c = 0, d = 0, e = -1, f = 0] = scan.toMm;
  const line = side / size;
  const path = `M${defect.outline.map(([px, py]) => `${px} ${-py}`).join('L')}Z`;
  return (
    <svg className="defect-picture" width={size} height={size} viewBox={`${x} ${y} ${side} ${side}`} aria-hidden="true">
      <image
        href={scanPictureUrl(job, 2560)}
        width={scan.widthPx}
        height={scan.heightPx}
        preserveAspectRatio="none"
        transform={`matrix(${a} ${-d} ${b} ${-e} ${c} ${-f})`}
      />
      <MarkOutline path={path} line={line} isDoubtful={isOpen} />
    </svg>
  );
}
