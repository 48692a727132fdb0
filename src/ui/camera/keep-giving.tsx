import { useEffect } from 'react';
import { callStation } from '../link/station-client.ts';
import { useAnswer } from '../link/use-answer.ts';
import { useScreen } from '../route.ts';
import { isOnStation } from './on-station.ts';

/** Where hides come from a browser's camera, a window on the station's machine gives its pictures, whatever screen it
 *  shows. The projector's window leaves that to the operator's. */
export function KeepGiving() {
  const isWanted = useScreen() !== '/projector' && isOnStation();
  const port = useAnswer(isWanted ? 'camera' : null, () => callStation('camera')).value?.feedPort ?? null;
  useEffect(() => {
    if (port === null) return undefined;
    let stop: (() => void) | null = null;
    let isOver = false;
    // Fetched where it is needed: most stations have another camera.
    void import('./station-giver.ts').then(({ stationGiver }) => {
      if (isOver) return;
      stationGiver.start(`127.0.0.1:${port}`);
      stop = () => stationGiver.stop();
    });
    return () => {
      isOver = true;
      stop?.();
    };
  }, [port]);
  return null;
}
