import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActName } from '#api/views.ts';
import { usePage, usePageState } from '../page-context.ts';
import { cannotSend, canRedo, canUndo, nextRedo, nextUndo, shownLayout } from '../state/page-state.ts';
import { actWords } from './act-words.ts';
import { ToolButton } from './buttons.tsx';

/** The two buttons, each told what it is about: out loud here, in writing by `UndoNote`. */
export function UndoTools() {
  const { t } = useTranslation();
  const { commands } = usePage();
  const wordOf = useActWords();
  const [undo, redo] = [usePageState(nextUndo), usePageState(nextRedo)];
  const [hasUndo, hasRedo] = [usePageState(canUndo), usePageState(canRedo)];
  const isHeldBack = usePageState(cannotSend);
  const id = useId();
  return (
    <>
      <ToolButton
        icon="undo"
        isDisabled={!hasUndo || isHeldBack}
        describedBy={`${id}undo`}
        onPress={() => void commands.undo()}
      >
        {t('review.undo')}
      </ToolButton>
      <ToolButton
        icon="redo"
        isDisabled={!hasRedo || isHeldBack}
        describedBy={`${id}redo`}
        onPress={() => void commands.redo()}
      >
        {t('review.redo')}
      </ToolButton>
      <span hidden id={`${id}undo`}>
        {undo && wordOf(undo)}
      </span>
      <span hidden id={`${id}redo`}>
        {redo && wordOf(redo)}
      </span>
    </>
  );
}

/** What the next undo takes back, in a line; where there is nothing, what the next redo does again. Its line is there
 *  from the start: tools do not move as soon as something can be undone. */
export function UndoNote() {
  const { t } = useTranslation();
  const wordOf = useActWords();
  const [undo, redo] = [usePageState(nextUndo), usePageState(nextRedo)];
  const said = undo ? t('acts.undo', { what: wordOf(undo) }) : redo && t('acts.redo', { what: wordOf(redo) });
  return <p className="undo-note">{said}</p>;
}

function useActWords(): (act: ActName | 'choice') => string {
  const { t } = useTranslation();
  const layout = usePageState(shownLayout);
  // By what stands on it; one that lies nowhere, by its id.
  const nameOf = (id: string) => layout?.pieces.find((p) => p.id === id)?.label ?? id;
  return (act) => {
    if (act === 'choice') return t('acts.choice');
    return actWords(t, act, nameOf);
  };
}
