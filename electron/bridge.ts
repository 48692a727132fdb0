/** The whole bridge between the page and Electron: one map of channels, shared by both sides. Everything else goes
 *  through the station's API. */
export interface KerfBridge {
  /** Version of the kiosk application. */
  readonly version: string;
  /** Ends the kiosk and its station in good order. */
  quit(): Promise<void>;
}

/** Answers by channel; no channel takes an argument. */
export interface BridgeAnswers {
  readonly 'kerf:quit': undefined;
}
export type BridgeChannel = keyof BridgeAnswers;

/** How main hands the version to the preload script: an argument of the renderer's process. */
export const VERSION_ARGUMENT = '--kerf-version=';
