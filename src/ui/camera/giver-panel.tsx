import { useSyncExternalStore } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ChoiceRow } from '../engineer/choice-row.tsx';
import { Icon } from '../views/icons.tsx';
import type { FrameGiver } from './frame-giver.ts';

/** This window's camera as the one that hides come from: whether it gives pictures, which one it is, what it holds. */
export function GiverPanel({ giver }: { readonly giver: FrameGiver }) {
  const { t } = useTranslation('camera');
  const { state, cameras, chosen, size, held } = useSyncExternalStore(giver.subscribe, giver.snapshot);
  return (
    <div className="giver">
      <p className="giver-state" data-state={state} role="status">
        <Icon name={state === 'giving' ? 'tick' : state === 'asking' ? 'ring' : 'triangle'} size={28} />
        <span>
          {t(`state.${state}`)}
          {state === 'giving' && size && ` ${t('size', { width: size.widthPx, height: size.heightPx })}`}
        </span>
      </p>
      {cameras.length > 1 && (
        <ChoiceRow
          label={t('choose')}
          choices={cameras.map(({ id }) => id)}
          chosen={chosen ?? ''}
          wordOf={(id) => cameras.find((camera) => camera.id === id)?.name ?? id}
          onChoose={(id) => giver.choose(id)}
        />
      )}
      {state === 'giving' && (
        <>
          <p className="hint">
            {held === null
              ? t('settling')
              : held.length === 0
                ? t('heldNothing')
                : t('held', { looks: held.map((look) => t(`look.${look}`)).join(', ') })}
          </p>
          {held?.length !== 0 && (
            <Button className="side-button" isDisabled={held === null} onPress={() => giver.settle()}>
              <Icon name="scan" size={28} />
              <span>{t('settle')}</span>
            </Button>
          )}
        </>
      )}
    </div>
  );
}
