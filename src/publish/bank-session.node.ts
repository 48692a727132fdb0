import { BANK_TOPICS, HandshakeBank } from './handshake-bank.ts';
import { openMqttSession, type MqttDoor } from './mqtt-session.node.ts';
import type { Timers } from './timers.ts';
import { topicPrefix } from './topics.ts';

export interface BankSessionOptions extends MqttDoor {
  /** Of the door that the bank is read through, in the broker's client id. */
  readonly name: 'modbus' | 'opcua';
  readonly site: string;
  readonly station: string;
  readonly timers: Timers;
  readonly random: () => number;
  readonly onError: (cause: unknown) => void;
  readonly reconnectMs?: number | undefined;
  /** As `HandshakeBankOptions` has it. */
  readonly repeatMs?: number | undefined;
}

export interface BankSession {
  readonly bank: HandshakeBank;
  close(): Promise<void>;
}

/** A bank as a client of the broker, like any PLC of the contract. */
export function openBankSession(options: BankSessionOptions): BankSession {
  const { name, site, station, timers, repeatMs, onError, ...door } = options;
  const prefix = topicPrefix(site, station);
  const bank: HandshakeBank = new HandshakeBank({
    ...{ timers, repeatMs },
    isConnected: () => session.isConnected,
    say: (topic, message, qos) => void session.publish(prefix + topic, JSON.stringify(message), { qos }).catch(onError),
  });
  const session = openMqttSession({
    ...door,
    onError,
    clientId: `${name}-${site}-${station}`,
    isKept: true,
    subscribe: BANK_TOPICS.map((topic) => prefix + topic),
    onMessage: (topic, payload, isRetained) => {
      bank.hear(topic.slice(prefix.length), payload, isRetained);
      return Promise.resolve();
    },
    onConnection: (isConnected) => {
      if (isConnected) bank.connected();
    },
  });
  return {
    bank,
    close() {
      bank.close();
      return session.close();
    },
  };
}
