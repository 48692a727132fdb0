import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Defect } from '#domain/inspection.ts';
import { usePage, usePageState } from '../page-context.ts';
import { SideButton } from './buttons.tsx';
import { DefectPicture } from './defect-picture.tsx';
import { useDefectName } from './defect-words.ts';
import { GradeButtons } from './grade-buttons.tsx';
import { GradeChip } from './grade-chip.tsx';

/** One mark in the list: a tap opens it and brings it into view. */
export function DefectRow({ defect }: { readonly defect: Defect }) {
  const { dispatch } = usePage();
  const name = useDefectName()(defect);
  return (
    <li>
      <Button className="defect-row" onPress={() => dispatch({ kind: 'select', id: defect.id })}>
        <DefectPicture defect={defect} size={64} />
        <span className="defect-words">
          <span className="defect-name">{name}</span>
          <DefectNote defect={defect} />
        </span>
        <GradeChip quality={defect.quality} />
      </Button>
    </li>
  );
}

/** The chosen mark, with its grades. */
export function DefectCard({ defect }: { readonly defect: Defect }) {
  const { t } = useTranslation();
  const { commands, dispatch } = usePage();
  const isSending = usePageState((s) => s.sending !== null);
  const name = useDefectName()(defect);
  return (
    <section className="card is-chosen" aria-label={name}>
      <div className="defect-head">
        <DefectPicture defect={defect} size={64} />
        <span className="defect-words">
          <span className="defect-name">{name}</span>
          <DefectNote defect={defect} />
        </span>
      </div>
      <GradeButtons
        label={t('review.regrade')}
        chosen={defect.quality}
        isDisabled={isSending}
        onChoose={(quality) => void commands.regrade(defect, quality)}
        onRemove={() => void commands.remove(defect)}
      />
      <SideButton icon="tick" onPress={() => dispatch({ kind: 'select', id: null })}>
        {t('review.close')}
      </SideButton>
    </section>
  );
}

function DefectNote({ defect }: { readonly defect: Defect }) {
  const { t } = useTranslation();
  const { formats } = usePage();
  const judged =
    defect.by !== null
      ? t('review.byPerson', { by: defect.by })
      : t('review.sure', { percent: formats.count(100 * (1 - defect.doubt)) });
  return <span className="defect-note">{`${formats.area(defect.areaMm2)} · ${judged}`}</span>;
}
