import type { Role } from './access-routes.ts';
import type { FileRouteName } from './file-routes.ts';
import type { RouteName } from './routes.ts';

/** Who may call a route.
 *  - `anyone`: whoever the station answers at all (its own address and pages only): windows, an ERP, an auditor that reads.
 *  - `operator`: who stands at the run screen. Needs no sign-in, so that nothing that expires stops a job; who acts says
 *    her name in the body.
 *  - `engineer`, `admin`: a session of that role or higher. As long as nobody has a PIN, engineer functions are open at
 *    the station itself (loopback) and closed to the network; admin functions are closed to both.
 *  - `herself`: the handler looks: the first admin at the station itself, an admin, or the person for herself. */
export type Caller = 'anyone' | 'herself' | Role;

/** Every route there is: a route without a line here does not compile. PLCs have no route: they speak MQTT or Modbus. */
export const ROUTE_CALLERS = {
  // what the station shows
  status: 'anyone',
  health: 'anyone',
  events: 'anyone',
  openapi: 'anyone',
  jobs: 'anyone',
  job: 'anyone',
  jobEvents: 'anyone',
  inspection: 'anyone',
  layout: 'anyone',
  alternatives: 'anyone',
  cutPlan: 'anyone',
  cutFile: 'anyone',
  labels: 'anyone',
  scanPicture: 'anyone',
  scanTile: 'anyone',
  camera: 'anyone',
  cameraPicture: 'anyone',
  table: 'anyone',
  tablePicture: 'anyone',
  key: 'anyone',
  orders: 'anyone',
  order: 'anyone',
  projector: 'anyone',
  sheet: 'anyone',
  cutComparison: 'anyone',
  afterCutPicture: 'anyone',
  shift: 'anyone',
  shiftPaper: 'anyone',
  results: 'anyone',
  hide: 'anyone',
  hides: 'anyone',
  remnants: 'anyone',
  stockSheets: 'anyone',
  mappings: 'anyone',
  orderMapping: 'anyone',
  resultsMapping: 'anyone',
  access: 'anyone',
  signIn: 'anyone',
  signOut: 'anyone',
  // the run screen
  startJob: 'operator',
  review: 'operator',
  addDefect: 'operator',
  changeDefect: 'operator',
  undo: 'operator',
  redo: 'operator',
  lockPieces: 'operator',
  stopNest: 'operator',
  approve: 'operator',
  request: 'operator',
  cancel: 'operator',
  nameHide: 'operator',
  accept: 'operator',
  compareCut: 'operator',
  endCutScan: 'operator',
  decideCut: 'operator',
  chooseOrder: 'operator',
  acknowledgeAlarm: 'operator',
  shelveAlarm: 'operator',
  unshelveAlarm: 'operator',
  endRemnant: 'operator',
  keepRemnant: 'operator',
  // the engineer's screens
  log: 'engineer',
  settings: 'engineer',
  keptSettings: 'engineer',
  previewOrder: 'engineer',
  orderColumns: 'engineer',
  addOrder: 'engineer',
  setOrderMapping: 'engineer',
  setResultsMapping: 'engineer',
  setProjector: 'engineer',
  takeTablePicture: 'engineer',
  endTablePicture: 'engineer',
  setTable: 'engineer',
  forgetTable: 'engineer',
  takeBackTable: 'engineer',
  backups: 'engineer',
  startBackup: 'engineer',
  checkBackup: 'engineer',
  removeBackup: 'engineer',
  backupFile: 'engineer',
  // people and what they did
  setPerson: 'herself',
  removePerson: 'admin',
  setSettings: 'admin',
  audit: 'admin',
} as const satisfies Readonly<Record<RouteName | FileRouteName | 'events' | 'openapi', Caller>>;
