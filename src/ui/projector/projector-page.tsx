import './projector.css';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { ProjectorView } from '#api/engineer-views.ts';
import { callStation } from '../link/station-client.ts';
import { useAnswer, useWish } from '../link/use-answer.ts';
import { usePage } from '../page-context.ts';
import { go } from '../route.ts';
import { AlarmChip } from '../views/alarm-chip.tsx';
import { Icon } from '../views/icons.tsx';
import { Notices } from '../views/notices.tsx';
import { CornerHandles } from '../corners/corner-handles.tsx';
import { CORNER_NAMES } from '../corners/corner-names.ts';
import { ProjectedTable } from './projected-table.tsx';
import { isConvex, withCorner, type Quad } from '#geometry/quad.ts';

/** One press of an arrow key, share of the picture. */
const STEP = 0.002;

/** Before anybody has set it: the table fills most of the picture. */
const FIRST: Quad = [
  [0.1, 0.9],
  [0.9, 0.9],
  [0.9, 0.1],
  [0.1, 0.1],
];

/** What the projector above the table shows: pieces, their names and kits on the hide itself. A touch brings the
 *  buttons; black everywhere else, so that nothing but the pieces shines, and what somebody must know. */
export function ProjectorPage() {
  const { t } = useTranslation('projector');
  const { value, again } = useAnswer('projector', () => callStation('projector'));
  const [dragged, setDragged] = useState<Quad | null>(null);
  const [hasButtons, setButtons] = useState(true);
  if (!value)
    return (
      <main className="projector" aria-busy="true" aria-label={t('title')}>
        <Messages />
      </main>
    );
  const isSetting = dragged !== null || value.corners === null;
  const corners = dragged ?? value.corners ?? FIRST;
  return (
    <main className="projector" aria-label={t('title')}>
      <h1 className="sr-only">{t('title')}</h1>
      <Messages />
      <ProjectedTable table={value} corners={corners} isSetting={isSetting} />
      {isSetting ? (
        <CornerHandles
          handles={CORNER_NAMES.map((id, i) => ({
            id,
            sign: String(i + 1),
            label: t(`corner.${id}`),
            at: corners[i]!,
          }))}
          step={[STEP, STEP]}
          onChange={(index, at) => setDragged(withCorner(corners, index, at))}
        />
      ) : (
        <Button className="projector-touch" aria-label={t('buttons')} onPress={() => setButtons(!hasButtons)} />
      )}
      {isSetting ? (
        <Setting
          table={value}
          corners={corners}
          onKept={() => {
            setDragged(null);
            again();
          }}
        />
      ) : (
        hasButtons && (
          <div className="projector-buttons">
            <Button className="side-button" onPress={() => go('/')}>
              <Icon name="back" size={28} />
              <span>{t('engineer:nav.operator')}</span>
            </Button>
            <Button className="side-button" onPress={() => setDragged(corners)}>
              <Icon name="grid" size={28} />
              <span>{t('set')}</span>
            </Button>
            <Button className="side-button" onPress={() => setButtons(false)}>
              <Icon name="cross" size={28} />
              <span>{t('hide')}</span>
            </Button>
          </div>
        )
      )}
    </main>
  );
}

/** What must be said shines too: a wish that was refused, a station that is away, an alarm that nobody has seen. */
function Messages() {
  return (
    <>
      <AlarmChip isUnseenOnly />
      <Notices />
    </>
  );
}

interface SettingProps {
  readonly table: ProjectorView;
  readonly corners: Quad;
  readonly onKept: () => void;
}

function Setting({ table, corners, onKept }: SettingProps) {
  const { t } = useTranslation('projector');
  const { formats, person } = usePage();
  const { isSending, send } = useWish();
  const keep = async () => {
    const body = { corners: [...corners] as [Quad[0], Quad[1], Quad[2], Quad[3]], by: person.get() };
    if (await send(() => callStation('setProjector', { body }))) onKept();
  };
  return (
    <section className="projector-setting" aria-label={t('set')}>
      <p>{t('drag', { size: formats.size(table.tableWidth, table.tableHeight) })}</p>
      <div className="projector-row">
        <Button className="side-button" onPress={() => go('/')}>
          <Icon name="back" size={28} />
          <span>{t('engineer:nav.operator')}</span>
        </Button>
        <Button className="side-button" isDisabled={isSending || !isConvex(corners)} onPress={() => void keep()}>
          <Icon name="tick" size={28} />
          <span>{t('keep')}</span>
        </Button>
      </div>
    </section>
  );
}
