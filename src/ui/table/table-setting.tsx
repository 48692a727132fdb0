import { useReducer, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { TablePicture, TableView } from '#api/table-routes.ts';
import type { Corner } from '#geometry/quad.ts';
import { CornerHandles, type Handle } from '../corners/corner-handles.tsx';
import { CORNER_NAMES } from '../corners/corner-names.ts';
import { callStation } from '../link/station-client.ts';
import { useWish } from '../link/use-answer.ts';
import { usePage } from '../page-context.ts';
import { Icon } from '../views/icons.tsx';
import { Magnifier } from './magnifier.tsx';
import { MillimetreField } from './millimetre-field.tsx';
import { firstDraft, reduceDraft } from './table-draft.ts';
import { mmPerPixel, tableFacts } from './table-facts.ts';
import { TableLines, WholePicture } from './table-picture.tsx';
import { MeasuredWords, TableWords } from './table-words.tsx';

interface TableSettingProps {
  readonly table: TableView;
  readonly picture: TablePicture;
  readonly actions: ReactNode;
  readonly onChanged: () => void;
}

const END_SIGNS = ['A', 'B'] as const;

/** The picture with four handles, what lies under the chosen one, and what the corners make of the table. */
export function TableSetting({ table, picture, actions, onChanged }: TableSettingProps) {
  const { t } = useTranslation('table');
  const { person } = usePage();
  const { isSending, send } = useWish();
  const [{ now, past }, dispatch] = useReducer(reduceDraft, null, () => firstDraft(table, picture));
  const [chosen, choose] = useState(0);
  const facts = tableFacts(now, picture);
  const { widthPx, heightPx } = picture;
  const places = [...now.corners, ...(now.length?.ends ?? [])];
  const handle = Math.min(chosen, places.length - 1);
  const at = places[handle]!;
  const share = ([u, v]: Corner): Corner => [u / widthPx, v / heightPx];
  const handles = places.map((place, i): Handle => {
    const sign = CORNER_NAMES[i] ? String(i + 1) : END_SIGNS[i - 4]!;
    const label = CORNER_NAMES[i] ? t(`projector:corner.${CORNER_NAMES[i]}`) : t('end', { sign });
    return { id: sign, sign, label, at: share(place) };
  });
  const keep = async () => {
    const { corners, width, height, length } = now;
    const told = length?.told ?? null;
    const body = {
      takenAt: picture.takenAt,
      ...{ corners: inFour(corners), width, height, by: person.get() },
      length: length && told !== null ? { from: pair(length.ends[0]), to: pair(length.ends[1]), told } : null,
    };
    if (await send(() => callStation('setTable', { body }))) onChanged();
  };
  const lines = <TableLines grid={facts.grid} ends={now.length?.ends ?? null} />;
  return (
    <div className="table-setting">
      <section className="panel" aria-label={t('picture')}>
        <div className="table-room">
          <div className="table-stage" style={{ '--ratio': widthPx / heightPx } as Record<string, number>}>
            <svg viewBox={`0 0 ${widthPx} ${heightPx}`} aria-hidden="true">
              <WholePicture picture={picture} />
              {lines}
            </svg>
            <CornerHandles
              handles={handles}
              step={[1 / widthPx, 1 / heightPx]}
              chosen={handle}
              onChoose={choose}
              onChange={(index, [x, y], isNew) =>
                dispatch({ kind: 'place', handle: index, at: [x * widthPx, y * heightPx], isNew })
              }
            />
          </div>
        </div>
        {actions}
      </section>
      <section className="panel" aria-label={t('corners')}>
        <Magnifier
          picture={picture}
          at={at}
          label={t('magnifier', { corner: handles[handle]!.label })}
          onMove={(place, isNew) => dispatch({ kind: 'place', handle, at: place, isNew })}
        >
          {lines}
        </Magnifier>
        <div className="scroll table-words" tabIndex={0} role="region" aria-label={t('what')}>
          <Button
            className="choice"
            aria-pressed={now.length !== null}
            onPress={() => {
              choose(now.length === null ? 4 : 0);
              dispatch({ kind: 'measure' });
            }}
          >
            {t('measure')}
          </Button>
          {now.length && (
            <MillimetreField
              label={t('told')}
              value={now.length.told}
              onChange={(mm) => dispatch({ kind: 'told', mm })}
            />
          )}
          {facts.measured !== null && <MeasuredWords measured={facts.measured} told={now.length?.told ?? null} />}
          <MillimetreField
            label={t('width')}
            value={now.width}
            onChange={(mm) => mm !== null && dispatch({ kind: 'side', side: 'width', mm })}
          />
          <MillimetreField
            label={t('height')}
            value={now.height}
            onChange={(mm) => mm !== null && dispatch({ kind: 'side', side: 'height', mm })}
          />
          <TableWords facts={facts} picture={picture} mmPerPx={mmPerPixel(now, picture, at)} />
        </div>
        <div className="panel-foot">
          <Button className="side-button" isDisabled={past.length === 0} onPress={() => dispatch({ kind: 'undo' })}>
            <Icon name="undo" size={28} />
            <span>{t('undo')}</span>
          </Button>
          <Button className="side-button" isDisabled={isSending || facts.fault !== null} onPress={() => void keep()}>
            <Icon name="tick" size={28} />
            <span>{t('keep')}</span>
          </Button>
        </div>
      </section>
    </div>
  );
}

const pair = ([u, v]: Corner): [number, number] => [u, v];
const inFour = ([a, b, c, d]: readonly [Corner, Corner, Corner, Corner]): [
  [number, number],
  [number, number],
  [number, number],
  [number, number],
] => [pair(a), pair(b), pair(c), pair(d)];
