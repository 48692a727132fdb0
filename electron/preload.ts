import { contextBridge, ipcRenderer } from 'electron';
import type { BridgeChannel, KerfBridge } from './bridge.ts';

// Runs in Electron's sandbox: as CommonJS, with nothing but `electron` to require. So what it shares with main is
// types, which are gone when it runs, and this one word.
const VERSION_ARGUMENT = '--kerf-version=';

const call = async (channel: BridgeChannel): Promise<void> => {
  await ipcRenderer.invoke(channel);
};

const bridge: KerfBridge = {
  version: process.argv.find((a) => a.startsWith(VERSION_ARGUMENT))?.slice(VERSION_ARGUMENT.length) ?? '',
  quit: () => call('kerf:quit'),
};

contextBridge.exposeInMainWorld('kerf', Object.freeze(bridge));
