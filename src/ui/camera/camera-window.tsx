import '../link/no-eval.ts';
import '@fontsource/inter/400.css';
import '@fontsource/inter/500.css';
import '@fontsource/inter/600.css';
import '../look/tokens.css';
import '../look/page.css';
import '../engineer/engineer.css';
import './camera-window.css';
import { StrictMode, useEffect, useRef, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider, useTranslation } from 'react-i18next';
import { keepAwake } from '../link/keep-awake.ts';
import { startLocale } from '../locale.ts';
import { pageTheme } from '../look/theme.ts';
import { FrameGiver } from './frame-giver.ts';
import { GiverPanel } from './giver-panel.tsx';

/** The page that the camera `browser:` serves by itself, for commands that no station's window stands beside: `kerf
 *  calibrate`, `kerf scan`. */
async function start(): Promise<void> {
  pageTheme();
  const locale = await startLocale(localStorage, navigator.languages);
  locale.stationSays(navigator.language);
  keepAwake();
  const giver = new FrameGiver(localStorage);
  giver.start(location.host);
  createRoot(document.getElementById('page')!).render(
    <StrictMode>
      <I18nextProvider i18n={locale.i18n}>
        <CameraWindow giver={giver} />
      </I18nextProvider>
    </StrictMode>,
  );
}

function CameraWindow({ giver }: { readonly giver: FrameGiver }) {
  const { t } = useTranslation('camera');
  return (
    <main className="camera-window">
      <section className="camera-view" aria-label={t('operator:camera.label')}>
        <Preview giver={giver} />
      </section>
      <section className="panel">
        <h1>{t('heading')}</h1>
        <p className="hint">{t('lead')}</p>
        <GiverPanel giver={giver} />
      </section>
    </main>
  );
}

/** What the camera sees, straight from it: smoother than the pictures that are given. */
function Preview({ giver }: { readonly giver: FrameGiver }) {
  const { stream } = useSyncExternalStore(giver.subscribe, giver.snapshot);
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);
  return <video ref={video} autoPlay muted playsInline />;
}

void start();
