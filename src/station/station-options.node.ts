import type { StationEvent } from '#api/events.ts';
import type { Grading } from '#domain/grading.ts';
import type { Machine } from '#domain/machine.ts';
import type { Clock, Logger, Random } from '#domain/ports.ts';
import type { Order } from '#domain/problem.ts';
import type { Settings } from '#domain/settings.ts';
import type { MqttDoor } from '#publish/mqtt-session.node.ts';
import type { Timers } from '#publish/timers.ts';
import type { Store } from '#store/store.node.ts';
import type { LayoutThread } from './layout-artist.node.ts';
import type { QueueWatch } from './queue-watch.ts';
import type { Rooms } from './rooms.ts';
import type { StationKey } from './station-key.node.ts';

export interface NamedOrder {
  readonly name: string;
  readonly order: Order;
  /** Imported on the screens: `order` is what is left of it after the hides that were cut. */
  readonly isCounted?: boolean;
  /** Nothing of it is left; `order` is then the whole. */
  readonly isComplete?: boolean;
  /** It is the one to go on with and could not be read: `order` is empty, and no hide is begun. */
  readonly isUnread?: boolean;
}

export interface StationOptions {
  readonly version: string;
  readonly settings: Settings;
  readonly machine: Machine;
  /** What is cut until another order is loaded. */
  readonly order: NamedOrder;
  /** `order` was given for the job that follows (`kerf run`): one that was chosen on the screens does not take its place. */
  readonly isOrderGiven?: boolean | undefined;
  /** Where a hide comes from when nobody says otherwise. */
  readonly source: string;
  readonly store: Store;
  /** Signs releases. */
  readonly key: StationKey;
  readonly broker: MqttDoor;
  /** Of the embedded broker. */
  readonly queues?: QueueWatch | undefined;
  readonly rooms: Rooms;
  readonly grading?: Grading;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly logger: Logger;
  /** The other side is `SimulatedPlc`: shown to people. */
  readonly isPlcSimulated: boolean;
  /** How often a full disk is tried again; tests are in a hurry. */
  readonly probeMs?: number | undefined;
  /** Draws layouts; default: a thread of the station's own. */
  readonly openLayoutThread?: (() => LayoutThread) | undefined;
  /** Called at every point between two of which the process may die; tests die there. */
  readonly onPoint?: (point: string) => void;
}

/** What windows hear: an event, or one whose JSON was made in another thread. */
export type StationMessage = { readonly event: StationEvent } | { readonly json: string };
