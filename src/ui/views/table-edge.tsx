/** The empty table: its edge with the four corners that calibration knows, and the shape of what belongs there. A picture
 *  for the words beside it. */
export function TableEdge() {
  return (
    <div className="table-edge" aria-hidden="true">
      {['nw', 'ne', 'sw', 'se'].map((corner) => (
        <span key={corner} className={`table-corner is-${corner}`} />
      ))}
      <svg className="table-ghost" viewBox="0 0 1000 640">
        <path d={GHOST} />
      </svg>
    </div>
  );
}

/** A hide as a saddler would sketch it. */
const GHOST =
  'M118 62C150 34 196 48 214 92C232 130 268 138 320 130C420 114 560 112 660 128C716 138 748 128 770 92C792 50 842 38 872 66C902 96 886 138 880 178C874 226 912 262 938 296C950 312 944 322 926 328C948 340 952 356 940 376C918 414 874 428 880 474C886 516 900 552 870 580C838 606 794 590 772 550C752 516 716 508 660 516C560 532 420 530 320 514C266 506 232 514 212 554C192 594 148 604 118 578C88 550 104 512 112 474C120 432 76 414 58 376C42 342 42 300 58 266C78 226 120 208 112 164C104 124 92 88 118 62Z';
