import { useTranslation } from 'react-i18next';
import { assertNever } from '#domain/kerf-error.ts';
import { usePage, usePageState } from '../page-context.ts';
import { cannotSend } from '../state/page-state.ts';
import type { CutScan } from '../state/cut-scan.ts';
import { SideButton } from './buttons.tsx';
import { SightSign } from './sight-sign.tsx';

const WAYS_TO_LIE = [
  { pieces: 'inPlace', icon: 'down', word: 'cutScan.inPlace' },
  { pieces: 'takenOff', icon: 'up', word: 'cutScan.takenOff' },
] as const;

/** DONE, at the foot of the picture while a scan after cutting is asked for, under way, or gone through. */
export function CutScanCards({ cutScan }: { readonly cutScan: CutScan }) {
  const { t } = useTranslation();
  const { commands, dispatch } = usePage();
  const isHeldBack = usePageState(cannotSend);
  const drop = () => dispatch({ kind: 'cut-scan', cutScan: null });
  switch (cutScan.stage) {
    case 'asked':
      return (
        <div className="cards">
          <div className="float-card is-wide">
            <p className="grow">
              <span className="card-title">{t('cutScan.ask')}</span>
              <span className="hint">{t('cutScan.askHint')}</span>
            </p>
            <div className="card-buttons">
              <SideButton icon="cross" action="drop question" onPress={drop}>
                {t('cutScan.drop')}
              </SideButton>
              {WAYS_TO_LIE.map(({ pieces, icon, word }) => (
                <SideButton
                  key={pieces}
                  icon={icon}
                  action={`scan cut ${pieces}`}
                  isDisabled={isHeldBack}
                  onPress={() => void commands.scanCut(pieces)}
                >
                  {t(word)}
                </SideButton>
              ))}
            </div>
          </div>
        </div>
      );
    case 'looking':
      return (
        <div className="cards">
          <div className="float-card is-wide">
            <p className="grow" role="status">
              <span className="card-title">{t('cutScan.looking')}</span>
              <span className="hint">{t('cutScan.lookingHint')}</span>
              <progress className="bar" aria-label={t('looking.progress')} />
            </p>
            <div className="card-buttons">
              <SideButton
                icon="cross"
                action="end scan"
                isDisabled={isHeldBack}
                onPress={() => void commands.dropCutScan()}
              >
                {t('looking.cancel')}
              </SideButton>
            </div>
          </div>
        </div>
      );
    case 'seen':
      return (
        <div className="cards">
          <div className="float-card is-wide">
            <p className="grow">{t('cutScan.tap')}</p>
            <div className="sights">
              {[true, null, false].map((isGood) => (
                <SightSign key={`${isGood}`} isGood={isGood} />
              ))}
            </div>
            <div className="card-buttons">
              <SideButton icon="cross" action="drop scan" onPress={drop}>
                {t('cutScan.drop')}
              </SideButton>
            </div>
          </div>
        </div>
      );
    default:
      return assertNever(cutScan);
  }
}
