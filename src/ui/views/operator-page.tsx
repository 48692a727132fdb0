import { assertNever } from '#domain/kerf-error.ts';
import { usePageState } from '../page-context.ts';
import { seenCut } from '../state/cut-scan.ts';
import { alarmInFront } from '../state/alarm-in-front.ts';
import { shownStation } from '../state/page-state.ts';
import { AlarmRail } from './alarm-rail.tsx';
import { CutRail } from './cut-rail.tsx';
import { CutScanRail } from './cut-scan-rail.tsx';
import { DoneRail } from './done-rail.tsx';
import { useHandScanner } from './hide-code.tsx';
import { HideView } from './hide-view.tsx';
import { LookingRail } from './looking-rail.tsx';
import { NestRail } from './nest-rail.tsx';
import { PageHeader } from './page-header.tsx';
import { ReadyRail, StartingRail } from './ready-rail.tsx';
import { ReviewRail } from './review-rail.tsx';
import { Notices } from './notices.tsx';

/** The operator's run screen: header, the hide, one rail, and in it the one next step. */
export function OperatorPage() {
  const alarm = usePageState(alarmInFront);
  const link = usePageState((s) => s.link);
  useHandScanner();
  const isRed = alarm !== null && alarm.severity <= 2;
  return (
    <div
      className={`page${alarm ? ' has-alarm' : ''}`}
      data-alarm={alarm ? (isRed ? 'alarm' : 'warn') : undefined}
      data-link={link}
    >
      <PageHeader />
      <main className="body">
        <HideView />
        {alarm ? <AlarmRail key={alarm.id} alarm={alarm} /> : <Rail />}
      </main>
      <Notices />
    </div>
  );
}

function Rail() {
  const state = usePageState((s) => shownStation(s) ?? 'STARTING');
  const seen = usePageState(seenCut);
  switch (state) {
    case 'STARTING':
      return <StartingRail />;
    case 'READY':
      return <ReadyRail />;
    case 'SCANNING':
    case 'INSPECTING':
      return <LookingRail />;
    case 'REVIEWING':
      return <ReviewRail />;
    case 'NESTING':
      return <NestRail />;
    case 'RELEASED':
    case 'CUTTING':
    case 'PAUSED':
      return <CutRail />;
    case 'DONE':
      return seen ? <CutScanRail seen={seen} /> : <DoneRail />;
    default:
      return assertNever(state);
  }
}
