import { KerfError } from '#domain/kerf-error.ts';
import { openBankSession } from '#publish/bank-session.node.ts';
import { startOpcuaServer } from '#publish/opcua-server.node.ts';
import type { OpcuaNews, OpcuaWish } from './opcua-plc.node.ts';
import { codeOf } from './station-errors.ts';
import { SYSTEM_RANDOM, SYSTEM_TIMERS } from './system.node.ts';

/** The OPC UA server's own process, started by `OpcuaPlc`: a client of the broker on one side, the server on the other.
 *  It ends with the process that started it. */
let close = (): Promise<void> => Promise.resolve();

const tell = (news: OpcuaNews) => process.send?.(news);

async function open({ bank, server }: Extract<OpcuaWish, { kind: 'open' }>): Promise<void> {
  const session = openBankSession({
    ...bank,
    name: 'opcua',
    timers: SYSTEM_TIMERS,
    random: SYSTEM_RANDOM,
    onError: (cause) => tell({ kind: 'error', reason: codeOf(cause) }),
  });
  close = () => session.close();
  try {
    const opened = await startOpcuaServer({ ...server, bank: session.bank });
    close = async () => {
      await opened.close();
      await session.close();
    };
    tell({ kind: 'listening', port: opened.port });
  } catch (cause) {
    await session.close();
    const { code, message, details } =
      cause instanceof KerfError ? cause : { code: '', message: String(cause), details: {} };
    tell({ kind: 'refused', code, message, details });
    process.disconnect();
  }
}

process.on('message', (wish: OpcuaWish) => {
  if (wish.kind === 'open') void open(wish);
  else void close().finally(() => process.exit());
});
process.on('disconnect', () => process.exit());
// Ctrl-C at a terminal reaches this process too; it ends when the station has closed.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
