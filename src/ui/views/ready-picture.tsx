import { LiveCamera, useLiveCamera } from '../camera/live-camera.tsx';
import { TableEdge } from './table-edge.tsx';

/** READY: what the camera sees; without a live one the empty table. */
export function ReadyPicture() {
  const camera = useLiveCamera();
  return camera ? <LiveCamera camera={camera} /> : <TableEdge />;
}
