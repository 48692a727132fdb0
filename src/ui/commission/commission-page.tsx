import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { HealthView } from '#api/engineer-views.ts';
import type { OrderView } from '#api/order-views.ts';
import { EngineerFrame } from '../engineer/engineer-frame.tsx';
import { GiverPanel } from '../camera/giver-panel.tsx';
import { isOnStation } from '../camera/on-station.ts';
import { stationGiver } from '../camera/station-giver.ts';
import { CameraFigures, LiveCamera, useLiveCamera } from '../camera/live-camera.tsx';
import { callStation, scanPictureUrl } from '../link/station-client.ts';
import { useAnswer, useWish } from '../link/use-answer.ts';
import { usePage, usePageState } from '../page-context.ts';
import { go } from '../route.ts';
import { Icon } from '../views/icons.tsx';
import { checkValue } from './check-value.ts';
import { openFirst, stationChecks, type StationCheck } from './station-checks.ts';
import { TEST_DIAGONAL_MM, TEST_SQUARE_MM, testSquareOrder } from './test-square.ts';

const EVERY_MS = 3000;

/** A checklist that ends with every line ticked or says what to do, what is open first; each line is what the station has seen by itself. */
export function CommissionPage() {
  const { t } = useTranslation('commission');
  const status = usePageState((s) => s.status);
  const health = useAnswer('health', () => callStation('health'), EVERY_MS).value;
  const projector = useAnswer('projector', () => callStation('projector'), EVERY_MS).value;
  const orders = useAnswer(`orders ${status?.state ?? ''}`, () => callStation('orders')).value;
  const camera = useLiveCamera();
  const table = useAnswer('table', () => callStation('table'), EVERY_MS).value;
  const checks =
    status && health && projector && orders && table ? stationChecks(health, status, projector, orders, table) : [];
  const open = checks.filter((check) => check.state !== 'ok').length;
  return (
    <EngineerFrame title={t('title')} note={status?.plc.isSimulated === true ? t('simulated') : undefined}>
      <div className="commission">
        <section className="panel" aria-label={t('list')}>
          <div className="panel-head">
            <h2 aria-live="polite">
              {checks.length === 0 ? t('engineer:loading') : open === 0 ? t('allDone') : t('open', { count: open })}
            </h2>
          </div>
          <ol className="scroll" tabIndex={0}>
            {openFirst(checks).map((check) => (
              <CheckRow key={check.id} check={check} orders={orders} />
            ))}
          </ol>
        </section>
        <section className="panel scroll" tabIndex={0} aria-label={t('next')}>
          <h2>{t('next')}</h2>
          <p className="hint">{t('nextHint')}</p>
          <Button className="side-button" onPress={() => go('/')}>
            <Icon name="scan" size={28} />
            <span>{t('scan')}</span>
          </Button>
          <Button className="side-button" onPress={() => go('/table')}>
            <Icon name="whole" size={28} />
            <span>{t('table:title')}</span>
          </Button>
          <p className="hint">{t('byHand')}</p>
          {camera && (
            <>
              <h2>{t('camera.title')}</h2>
              <LiveCamera camera={camera} />
              {camera.picture && <CameraFigures picture={camera.picture} />}
              {camera.feedPort !== null && <WindowCamera />}
            </>
          )}
          {health?.scan && <StraightenedScan scan={health.scan} />}
        </section>
      </div>
    </EngineerFrame>
  );
}

/** Where a window gives the camera's pictures: this one's part in it, or that another machine's window has it. */
function WindowCamera() {
  const { t } = useTranslation('camera');
  if (!isOnStation()) return <p className="hint">{t('elsewhere')}</p>;
  return (
    <>
      <h2>{t('title')}</h2>
      <GiverPanel giver={stationGiver} />
    </>
  );
}

/** The last scan as it was straightened, with how far the table's markers lie off in it. */
function StraightenedScan({ scan }: { readonly scan: NonNullable<HealthView['scan']> }) {
  const { t } = useTranslation('commission');
  const { formats } = usePage();
  // Retention takes pictures of old hides.
  const [lostJob, setLostJob] = useState<string | null>(null);
  const residualWords = () => {
    if (scan.residual !== null) return t('residualIs', { mm: formats.measure(scan.residual) });
    return scan.foundBy === 'corners' ? t('residualOfCorners') : t('residualUnknown');
  };
  return (
    <>
      <h2>{t('straightened')}</h2>
      {lostJob !== scan.job && (
        <img
          className="straightened"
          src={scanPictureUrl(scan.job, 640)}
          alt={t('straightened')}
          onError={() => setLostJob(scan.job)}
        />
      )}
      <p className="hint">{residualWords()}</p>
      {scan.foundBy === 'corners' && (
        <p className="hint">
          {scan.drift === null ? t('driftUnknown') : t('driftIs', { mm: formats.measure(scan.drift) })}
        </p>
      )}
    </>
  );
}

/** Makes the square the next order and leads to the scan: cut as any job is, it proves the whole way to the knife. */
function TestSquareButton({ orders }: { readonly orders: readonly OrderView[] }) {
  const { t } = useTranslation('commission');
  const { person } = usePage();
  const { isSending, send } = useWish();
  const cut = async () => {
    const { name, file } = testSquareOrder(orders);
    const added = await send(() => callStation('addOrder', { body: { files: [file], name, by: person.get() } }));
    if (added && (await send(() => callStation('chooseOrder', { params: { name } })))) go('/');
  };
  return (
    <Button className="side-button" isDisabled={isSending} onPress={() => void cut()}>
      <Icon name="knife" size={28} />
      <span>{t('square.cut')}</span>
    </Button>
  );
}

/** What a person does about a check, where one button does it. */
function CheckAct({ check: { id, state }, orders }: CheckRowProps) {
  const { t } = useTranslation('engineer');
  // A square can be cut again at any time.
  if (id === 'square') return orders && <TestSquareButton orders={orders} />;
  if (state === 'ok') return null;
  if (id === 'projector')
    return (
      <Button className="side-button" onPress={() => go('/projector')}>
        <Icon name="beam" size={28} />
        <span>{t('nav.projector')}</span>
      </Button>
    );
  if (id === 'disk' || id === 'broker')
    return (
      <Button className="side-button" onPress={() => go('/system')}>
        <Icon name="gear" size={28} />
        <span>{t('nav.system')}</span>
      </Button>
    );
  return null;
}

interface CheckRowProps {
  readonly check: StationCheck;
  readonly orders: readonly OrderView[] | null;
}

function CheckRow({ check, orders }: CheckRowProps) {
  const { id, state, value, words } = check;
  const { t } = useTranslation('commission');
  const { formats } = usePage();
  const note = () => {
    if (id === 'square')
      return `${t(`check.square.${state === 'ok' ? 'ok' : 'todo'}`)} ${t('square.hint', {
        side: formats.measure(TEST_SQUARE_MM),
        diagonal: formats.measure(TEST_DIAGONAL_MM),
      })}`;
    if (words !== null) return t(`check.${id}.${words}`);
    return state === 'ok' ? t(`check.${id}.ok`) : t(`check.${id}.todo`);
  };
  return (
    <li className="check-row" data-state={state}>
      <span className="check-sign">
        {state === 'ok' ? (
          <Icon name="tick" size={32} />
        ) : state === 'check' ? (
          <Icon name="triangle" size={32} />
        ) : (
          <Icon name="ring" size={32} />
        )}
        <span className="sr-only">{t(`state.${state}`)}</span>
      </span>
      <span className="check-words">
        <span className="list-button-name">{t(`check.${id}.name`)}</span>
        <span className="list-button-note">{note()}</span>
      </span>
      <span className="check-value">{checkValue(value, formats, (mode) => t(`mode.${mode}`))}</span>
      <CheckAct check={check} orders={orders} />
    </li>
  );
}
