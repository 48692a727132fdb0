import { FrameGiver } from './frame-giver.ts';

/** This window's giver: one, whatever screen is shown. */
export const stationGiver = new FrameGiver(localStorage);
