import '../look/broken.css';
import { Component, useCallback, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { loadAnew } from '../link/load-anew.ts';
import { useEachReturn } from '../link/use-answer.ts';
import { usePage } from '../page-context.ts';
import { go, useScreen } from '../route.ts';
import { SideButton } from './buttons.tsx';
import { Notices } from './notices.tsx';

/** Shows what is within, or, where that fails, the way out: an error that nobody catches leaves a white window. */
export class BrokenScreenGuard extends Component<{ readonly children: ReactNode }, { readonly isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true };
  }

  override render(): ReactNode {
    return this.state.isBroken ? <BrokenScreen /> : this.props.children;
  }
}

/** A screen whose files did not come, for the station was away or has others since, or one with a fault. Tried again by
 *  hand, and by itself when the station is back: the projector's has nobody to tap it. */
function BrokenScreen() {
  const { t } = useTranslation();
  const { dispatch } = usePage();
  const screen = useScreen();
  const again = useCallback(async () => {
    // Failed files are remembered by the page: only another page asks for them again.
    if (!(await loadAnew())) dispatch({ kind: 'refused', refusal: { code: 'UI_STATION_UNREACHABLE', details: {} } });
  }, [dispatch]);
  useEachReturn(again);
  return (
    <main className="broken">
      <h1>{t('broken.title')}</h1>
      <p className="hint">{t('broken.text')}</p>
      <div className="broken-ways">
        {screen !== '/' && (
          <SideButton icon="back" onPress={() => go('/')}>
            {t('alarm.back')}
          </SideButton>
        )}
        <SideButton icon="turn" onPress={() => void again()}>
          {t('broken.again')}
        </SideButton>
      </div>
      <Notices />
    </main>
  );
}
