import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { kioskBridge } from '../link/kiosk-bridge.ts';
import { SideButton } from '../views/buttons.tsx';

/** The way out of the kiosk, which has no menu and no window frame: asked once more, for the station ends too. */
export function KioskEnd() {
  const { t } = useTranslation('system');
  const [isAsked, setAsked] = useState(false);
  const kiosk = kioskBridge();
  if (!kiosk) return null;
  return (
    <section className="kiosk-end" aria-label={t('kiosk.title', { version: kiosk.version })}>
      <h2>{t('kiosk.title', { version: kiosk.version })}</h2>
      {isAsked ? (
        <>
          <p className="hint">{t('kiosk.sure')}</p>
          <div className="panel-buttons">
            <SideButton icon="cross" onPress={() => void kiosk.quit()}>
              {t('kiosk.yes')}
            </SideButton>
            <SideButton icon="back" onPress={() => setAsked(false)}>
              {t('kiosk.no')}
            </SideButton>
          </div>
        </>
      ) : (
        <SideButton icon="cross" onPress={() => setAsked(true)}>
          {t('kiosk.end')}
        </SideButton>
      )}
    </section>
  );
}
