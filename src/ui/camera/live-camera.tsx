import { useTranslation } from 'react-i18next';
import type { CameraView } from '#api/engineer-views.ts';
import { callStation, cameraPictureUrl } from '../link/station-client.ts';
import { useAnswer } from '../link/use-answer.ts';
import { usePage } from '../page-context.ts';

/** Between two pictures, ms: hands see it move, and a core stays free. */
const EVERY_MS = 500;

/** The camera that hides come from, asked again and again while it is live; null before the first answer. */
export function useLiveCamera(): CameraView | null {
  const isLive = useAnswer('camera', () => callStation('camera')).value?.isLive ?? false;
  const seen = useAnswer(isLive ? 'camera live' : null, () => callStation('camera'), EVERY_MS).value;
  return seen;
}

/** What a live camera sees, and whether it sees well. */
export function LiveCamera({ camera }: { readonly camera: CameraView }) {
  const { t } = useTranslation();
  const { picture } = camera;
  return (
    <figure className="live-camera">
      {picture ? (
        <img src={cameraPictureUrl(picture.takenAt)} alt={t('camera.label')} />
      ) : (
        <p className="live-none">{t('camera.lost')}</p>
      )}
      <figcaption>
        {picture && <span className="live-sign">{t('camera.live')}</span>}
        <LookWords camera={camera} />
      </figcaption>
    </figure>
  );
}

const STATE_WORDS = {
  good: 'camera.good',
  soft: 'camera.soft',
  dark: 'camera.dark',
  bright: 'camera.bright',
  unknown: 'camera.unknown',
} as const;

/** Focus and light, in a word each. */
function LookWords({ camera: { troubles, picture } }: { readonly camera: CameraView }) {
  const { t } = useTranslation();
  if (!picture) return null;
  const has = (code: string) => troubles.includes(code);
  const focus = has('ACQUIRE_CAMERA_BLURRED') ? 'soft' : picture.edgePx === null ? 'unknown' : 'good';
  const light = has('ACQUIRE_CAMERA_DARK') ? 'dark' : has('ACQUIRE_CAMERA_OVEREXPOSED') ? 'bright' : 'good';
  return (
    <>
      <span className="live-word" data-state={focus}>
        {t('camera.focus', { state: t(STATE_WORDS[focus]) })}
      </span>
      <span className="live-word" data-state={light}>
        {t('camera.light', { state: t(STATE_WORDS[light]) })}
      </span>
    </>
  );
}

/** The same in figures, for who sets the camera up. */
export function CameraFigures({ picture }: { readonly picture: NonNullable<CameraView['picture']> }) {
  const { t } = useTranslation('commission');
  const { formats } = usePage();
  return (
    <p className="hint">
      {t('camera.figures', {
        width: formats.count(picture.widthPx),
        height: formats.count(picture.heightPx),
        edge: picture.edgePx === null ? '–' : formats.pixels(picture.edgePx),
        bright: formats.count((100 * picture.bright) / 255),
        burnt: formats.count(100 * picture.burntShare),
      })}
    </p>
  );
}
