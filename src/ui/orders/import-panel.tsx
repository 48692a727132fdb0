import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { lengthUnits } from '#api/order-views.ts';
import { ChoiceRow } from '../engineer/choice-row.tsx';
import { orRefused } from '../link/or-refused.ts';
import { callStation } from '../link/station-client.ts';
import { useAnswer, useWish } from '../link/use-answer.ts';
import { usePage } from '../page-context.ts';
import { SideButton } from '../views/buttons.tsx';
import { useErrorText } from '../views/error-text.ts';
import { Icon } from '../views/icons.tsx';
import type { ChosenFile } from './import-button.tsx';
import { KeepMapping, MappingChoice, MappingEditor, type ReadBy } from './mapping-choice.tsx';
import { PieceTable } from './piece-table.tsx';

type Unit = (typeof lengthUnits)[number];
const NAME = /^[A-Za-z0-9._-]{1,40}$/;

interface ImportPanelProps {
  readonly files: readonly ChosenFile[];
  readonly onDrop: () => void;
  readonly onTaken: (name: string) => void;
}

/** What the chosen files would give: sizes to compare with the pattern, the unit to set right, a name. Files that are
 *  chosen anew are another panel's: what it shows is what it keeps. */
export function ImportPanel({ files, onDrop, onTaken }: ImportPanelProps) {
  const { t } = useTranslation('orders');
  const { formats, person } = usePage();
  const [unit, setUnit] = useState<Unit>('mm');
  const [typed, setTyped] = useState<string | null>(null);
  const [by, setBy] = useState<ReadBy>(undefined);
  const [isEditing, setEditing] = useState(false);
  const [keptCount, setKeptCount] = useState(0);
  const wish = {
    files: [...files],
    ...(unit === 'mm' ? {} : { readAs: unit }),
    ...(by === undefined ? {} : { mapping: by }),
  };
  // The files are the panel's own as long as it is there.
  const key = `${JSON.stringify(by)} ${unit}`;
  const asked = useAnswer(isEditing ? null : key, () => orRefused(callStation('previewOrder', { body: wish }))).value;
  const preview = asked?.value ?? null;
  const refusal = asked?.refusal ?? null;
  const errorText = useErrorText();
  const { isSending, send } = useWish();
  const name = typed ?? preview?.name ?? '';
  const take = async () => {
    const added = await send(() => callStation('addOrder', { body: { ...wish, name, by: person.get() } }));
    if (added) onTaken(added.name);
  };
  return (
    <section className="panel" aria-label={t('preview.title')}>
      <div className="panel-head">
        <h2>{t('preview.title')}</h2>
        <MappingChoice
          key={keptCount}
          by={by}
          isEditing={isEditing}
          onBy={(next) => {
            setBy(next);
            setEditing(false);
          }}
          onEdit={() => setEditing(true)}
        />
        {preview && (
          <dl className="figures-row">
            <div>
              <dt>{t('pieces')}</dt>
              <dd>{formats.count(preview.pieceCount)}</dd>
            </div>
            <div>
              <dt>{t('preview.area')}</dt>
              <dd>{formats.area(preview.areaMm2)}</dd>
            </div>
          </dl>
        )}
      </div>
      {!isEditing && (
        <div className="import-head">
          <label className="field">
            <span className="label">{t('preview.name')}</span>
            <input value={name} maxLength={40} onChange={(event) => setTyped(event.target.value)} />
          </label>
          <div className="field">
            <span className="label">{t('preview.readAs')}</span>
            <ChoiceRow
              label={t('preview.readAs')}
              choices={lengthUnits}
              chosen={unit}
              wordOf={(u) => t(`unit.${u}`)}
              onChoose={setUnit}
            />
          </div>
        </div>
      )}
      {preview && typeof by !== 'object' && (
        <p className="hint">
          {preview.unitsStated.length > 0
            ? t('preview.units', { units: preview.unitsStated.join(', ') })
            : t('preview.unitsNone')}
          {' · '}
          {t('preview.nameHint')}
        </p>
      )}
      {preview?.doubts.map((doubt) => (
        <p key={doubt} className="doubt-note">
          <Icon name="triangle" size={28} />
          {t(`doubt.${doubt}`)}
        </p>
      ))}
      {typeof by === 'object' && !isEditing && preview && (
        <KeepMapping
          mapping={by}
          onEdit={() => setEditing(true)}
          onKept={(name) => {
            setKeptCount((n) => n + 1);
            setBy(name);
          }}
        />
      )}
      {typeof by === 'object' && !isEditing && refusal && (
        <div className="mapping-keep">
          <SideButton icon="pen" onPress={() => setEditing(true)}>
            {t('mapping.change')}
          </SideButton>
        </div>
      )}
      {isEditing && files[0] ? (
        <MappingEditor
          file={files[0]}
          onDrop={onDrop}
          onTry={(mapping) => {
            setBy(mapping);
            setEditing(false);
          }}
        />
      ) : (
        <div className="scroll" tabIndex={0} aria-busy={asked === null}>
          {preview && <PieceTable pieces={preview.pieces} isCounted={false} />}
          {asked === null && <p className="empty">{t('preview.reading')}</p>}
          <div role="alert">{refusal && <p className="empty">{errorText(refusal.code, refusal.details)}</p>}</div>
        </div>
      )}
      {!isEditing && (
        <div className="panel-foot">
          <SideButton icon="cross" onPress={onDrop}>
            {t('preview.drop')}
          </SideButton>
          <Button
            className="step-button"
            isDisabled={!preview || isSending || !NAME.test(name)}
            onPress={() => void take()}
          >
            <Icon name="tick" size={32} />
            <span>{t('preview.take')}</span>
          </Button>
        </div>
      )}
    </section>
  );
}
