import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePage, usePageState } from '../page-context.ts';
import { cannotSend } from '../state/page-state.ts';
import { SideButton } from './buttons.tsx';
import { Icon, type IconName } from './icons.tsx';
import { usePieceNames } from './piece-names.ts';

/** Cards at the foot of the picture while pieces are laid: what the next tap does, what is shown, what is kept off. */
export function NestCards() {
  const { t } = useTranslation();
  const { commands, dispatch } = usePage();
  const tool = usePageState((s) => s.tool);
  const isSwapping = usePageState((s) => s.isSwapping);
  const isChosen = usePageState((s) => s.chosen !== null);
  const isPicked = usePageState((s) => s.picked !== null);
  const isHeldBack = usePageState(cannotSend);
  const banned = usePageState((s) => s.inspection.value?.banned ?? NONE);
  const nameOf = usePieceNames(banned.length > 0);
  if (tool === 'area') return <Card words={t('nest.forbidHint')} />;
  if (isSwapping) return <Card words={t('piece.swapHint')} />;
  // The piece's own card has the place.
  if (isPicked) return null;
  if (isChosen)
    return (
      <Card icon="compare" words={t('compare.shown')}>
        <SideButton icon="undo" onPress={() => dispatch({ kind: 'choose', layout: null })}>
          {t('compare.back')}
        </SideButton>
      </Card>
    );
  if (banned.length > 0)
    return (
      <Card icon="ban" words={t('piece.banned', { pieces: banned.map(nameOf).join(', ') })}>
        <SideButton icon="undo" action="allow all" isDisabled={isHeldBack} onPress={() => void commands.allowAll()}>
          {t('piece.allow')}
        </SideButton>
      </Card>
    );
  return null;
}

const NONE: readonly string[] = [];

interface CardProps {
  readonly icon?: IconName;
  readonly words: string;
  readonly children?: ReactNode;
}

function Card({ icon, words, children }: CardProps) {
  return (
    <div className="cards">
      <div className="float-card is-wide">
        {icon && <Icon name={icon} size={32} />}
        <p role="status">{words}</p>
        {children}
      </div>
    </div>
  );
}
